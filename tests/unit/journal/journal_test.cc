#include "engine/journal/journal.h"

#include "tests/catch.h"
#include "tests/unit/journal/journal_world.h"

using engine::Time;
using State = journal::Journal::State;
using journal::test::Engine;
using journal::test::epoch;
using namespace std::chrono_literals;

TEST_CASE("events are produced in tape order with key, epoch and seq, and are acked where they lie") {
  Engine engine;
  engine.append(300);
  engine.run();
  REQUIRE(engine.tape.produced.read() == 300);
  REQUIRE(engine.tape.acked.read() == 0);
  for (std::uint64_t i = 0; i < 300; ++i) {
    REQUIRE(engine.log.queue[i].seq == i + 1);
    REQUIRE(engine.log.queue[i].key == engine.orders[i]->order.id.str());
  }
  engine.now = engine.now + 2ms;
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 300);
  for (std::uint64_t seq = 1; seq <= 300; ++seq) {
    REQUIRE(engine.tape.place(seq - 1) == tape::Place{epoch + static_cast<std::int64_t>(seq), epoch, seq});
    REQUIRE(engine.log.heading(static_cast<std::size_t>(engine.offset(seq))).seq == seq);
    REQUIRE(engine.transcript.text(seq - 1) ==
            engine.log.topic[static_cast<std::size_t>(engine.offset(seq))].value);
  }
  REQUIRE(engine.journal.produced().value() == 300);
  REQUIRE(engine.journal.acked().value() == 300);
  REQUIRE(engine.journal.ack_latency().count() == 300);
  REQUIRE(engine.journal.ack_latency().max() == 2'000'000);
  REQUIRE(engine.journal.read_backs().value() == 0);
  REQUIRE(engine.journal.next_deadline() == Time::never());
}

TEST_CASE("in binary mode the value is the data and the attributes are headers") {
  Engine engine(codec::Mode::binary);
  engine.append();
  engine.run();
  const auto& message = engine.log.queue.front();
  REQUIRE(message.value.substr(0, 12) == R"({"orderId":")");
  REQUIRE(message.headers.front() == std::pair<std::string, std::string>{"content-type", "application/json"});
  REQUIRE(engine.log.heading(static_cast<std::size_t>(engine.log.write_next())).seq == 1);
}

TEST_CASE("a late report holds back those behind it") {
  Engine engine;
  engine.append(3);
  engine.run();
  for (int i = 0; i < 3; ++i) engine.log.write_next();
  engine.log.due = {{0, 3, epoch + 3}, {0, 2, epoch + 2}};
  engine.run();
  REQUIRE(engine.tape.acked.read() == 0);
  engine.log.due = {{0, 1, epoch + 1}};
  engine.run();
  REQUIRE(engine.tape.acked.read() == 3);
}

TEST_CASE("a report without offset counts from its neighbours, alone it is read back after 5 ms") {
  const std::int64_t nothing = GENERATE(-1, -1001);
  Engine engine;
  engine.append(3);
  engine.run();
  for (int i = 0; i < 3; ++i) engine.log.write_next();
  engine.log.due = {{0, 1, nothing}, {0, 2, epoch + 2}, {0, 3, nothing}};
  engine.run();
  REQUIRE(engine.tape.acked.read() == 2);
  REQUIRE(engine.offset(1) == epoch + 1);
  REQUIRE(engine.journal.next_deadline() == engine.now + 5ms);
  engine.pass(4ms);
  REQUIRE(engine.log.questions == 0);
  engine.pass(1ms);
  REQUIRE(engine.log.questions == 1);
  REQUIRE(engine.log.asked == tape::Place{epoch + 2, epoch, 2});
  REQUIRE(engine.tape.acked.read() == 3);
  REQUIRE(engine.offset(3) == epoch + 3);
  REQUIRE(engine.journal.next_deadline() == Time::never());
}

TEST_CASE("a neighbour's report makes the read-back needless") {
  Engine engine;
  engine.append(2);
  engine.run();
  engine.log.write_next();
  engine.log.due = {{0, 1, -1}};
  engine.run();
  engine.log.due = {{0, 2, engine.log.write_next()}};
  engine.pass(1ms);
  REQUIRE(engine.tape.acked.read() == 2);
  engine.pass(10ms);
  REQUIRE(engine.log.questions == 0);
}

TEST_CASE("harmless foreign records shift the offsets: read back, then go on") {
  Engine engine;
  engine.append(4);
  engine.run();
  engine.log.report_next();
  engine.log.stranger("somebody's request");
  engine.log.opening("ours");                         // a copy
  engine.log.opening("another's", R"({"after":3})");  // continues an epoch that is not current
  engine.log.report_next();
  engine.log.write_again(1);
  engine.log.report_next();
  engine.log.report_next();
  engine.run();
  REQUIRE(engine.journal.state() == State::running);
  REQUIRE(engine.tape.acked.read() == 4);
  REQUIRE(engine.offset(1) == epoch + 1);
  REQUIRE(engine.offset(2) == epoch + 5);
  REQUIRE(engine.offset(3) == epoch + 7);
  REQUIRE(engine.offset(4) == epoch + 8);
  engine.append(2);
  engine.run();
  const int questions = engine.log.questions;
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 6);
  REQUIRE(engine.log.questions == questions);
}
