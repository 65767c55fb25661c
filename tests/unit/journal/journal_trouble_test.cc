// The journal when the log is not as it should be.
#include "tests/catch.h"
#include "tests/unit/journal/journal_world.h"

using engine::Time;
using State = journal::Journal::State;
using journal::test::Engine;
using journal::test::epoch;
using namespace std::chrono_literals;

TEST_CASE("another engine's opening stops it for good: nothing behind is released") {
  Engine engine;
  engine.append(3);
  engine.run();
  engine.log.report_next();
  engine.log.opening("another's");
  engine.log.report_next();
  engine.log.report_next();
  engine.run();
  REQUIRE(engine.journal.state() == State::replaced);
  REQUIRE_FALSE(engine.journal.reason().empty());
  REQUIRE(engine.tape.acked.read() == 1);
  engine.append();
  REQUIRE(engine.journal.do_work(engine.now + 1s) == 0);
  REQUIRE(engine.tape.produced.read() == 3);
  REQUIRE(engine.journal.next_deadline() == Time::never());
}

TEST_CASE("a placeless report behind another engine's opening is not released either") {
  Engine engine;
  engine.append(1);
  engine.run();
  engine.log.opening("another's");
  engine.log.write_next();
  engine.log.due = {{0, 1, -1}};
  engine.run();
  engine.pass(5ms);
  REQUIRE(engine.journal.state() == State::replaced);
  REQUIRE(engine.tape.acked.read() == 0);
}

TEST_CASE("an offset already released says that Kafka lost records") {
  Engine engine;
  engine.append(3);
  engine.run();
  engine.log.write_and_report_all();
  engine.run();
  engine.append();
  engine.run();
  engine.log.topic.resize(epoch + 2);
  engine.log.due = {{0, 4, engine.log.write_next()}};
  engine.run();
  REQUIRE(engine.journal.state() == State::log_lost);
  REQUIRE(engine.tape.acked.read() == 3);
}

TEST_CASE("the released record itself gone, when read back, says so too") {
  Engine engine;
  engine.append(2);
  engine.run();
  engine.log.due = {{0, 1, engine.log.write_next()}};
  engine.run();
  engine.log.topic[epoch + 1] = {0, 0, "", "another", {}};
  engine.log.stranger("{}");
  engine.log.due = {{0, 2, engine.log.write_next()}};
  engine.run();
  REQUIRE(engine.journal.state() == State::log_lost);
  REQUIRE(engine.tape.acked.read() == 1);
}

TEST_CASE("a read-back that failed is asked again after a pause") {
  Engine engine;
  engine.append();
  engine.run();
  engine.log.stranger("{}");
  engine.log.due = {{0, 1, engine.log.write_next()}};
  engine.log.fail_read_backs = 2;
  engine.run();
  REQUIRE(engine.log.questions == 1);
  REQUIRE(engine.journal.next_deadline() == engine.now + journal::Journal::read_back_pause);
  engine.pass(journal::Journal::read_back_pause - 1ns);
  REQUIRE(engine.log.questions == 1);
  engine.pass(1ns);
  REQUIRE(engine.log.questions == 2);
  engine.pass(journal::Journal::read_back_pause);
  REQUIRE(engine.tape.acked.read() == 1);
  REQUIRE(engine.offset(1) == epoch + 2);
}

TEST_CASE("a full queue only delays: every event is rendered once and produced once, in order") {
  Engine engine;
  engine.log.queue_max = 3;
  engine.append(20);
  std::uint64_t seen = 0;
  while (engine.tape.acked.read() < 20) {
    engine.run();
    REQUIRE(engine.log.queue.size() <= 3);
    for (const auto& message : engine.log.queue) REQUIRE(message.seq == ++seen);
    engine.log.write_and_report_all();
  }
  REQUIRE(seen == 20);
  REQUIRE(engine.log.topic.size() == epoch + 1 + 20);
}

TEST_CASE("a full transcript only delays") {
  Engine engine(codec::Mode::structured, 8192);  // half of it history
  engine.append(100);
  std::uint64_t turns = 0;
  while (engine.tape.acked.read() < 100) {
    engine.run();
    REQUIRE(engine.tape.produced.read() < engine.tape.acked.read() + 20);
    engine.log.write_and_report_all();
    engine.run();
    engine.transcript.trim(engine.tape.acked.read());
    REQUIRE(++turns < 100);
  }
  REQUIRE(turns > 5);
}

TEST_CASE("a report below the released one says at once that Kafka lost records, whatever else is awaited") {
  Engine engine;
  engine.append(2);
  engine.run();
  engine.log.write_and_report_all();
  engine.run();
  engine.append(2);
  engine.run();
  engine.log.fatal = "and the producer is dead, too";
  engine.log.due = {{0, 4, epoch + 1}};
  engine.run();
  REQUIRE(engine.journal.state() == State::log_lost);
  REQUIRE(engine.tape.acked.read() == 2);
}
