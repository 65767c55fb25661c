#include "edge/kafka/journal.h"

#include <random>

#include "engine/limits.h"
#include "tests/catch.h"
#include "tests/unit/kafka/orders.h"
#include "tests/unit/kafka/virtual_log.h"

using engine::Time;
using kafka::Journal;
using State = kafka::Journal::State;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t epoch = 10;

struct Engine {
  explicit Engine(kafka::Mode mode = kafka::Mode::structured, std::size_t transcript_bytes = 1U << 20)
      : transcript(transcript_bytes, 4096, transcript_bytes / 2, 1024), events({.mode = mode}) {}

  void append(unsigned count = 1) {
    for (unsigned i = 0; i < count; ++i) {
      orders.push_back(kafka::test::short_order(static_cast<unsigned>(orders.size())));
      REQUIRE(tape.room().take(1) == 1);
      tape.append(kafka::test::placed(*orders.back()));
    }
  }
  /// Turns until there is nothing to do at this time.
  void run() {
    while (journal.do_work(now) > 0) {
    }
  }
  void pass(engine::Duration time) {
    now = now + time;
    run();
  }
  tape::Offset offset(std::uint64_t seq) const { return tape.place(seq - 1).offset; }

  Time now{1'800'000'000'000'000'000};
  std::deque<kafka::test::OwnedRecord> orders;
  tape::Tape tape{2048, 512};
  tape::Transcript transcript;
  kafka::CloudEvents events;
  kafka::test::VirtualLog log{epoch};
  Journal journal{tape, transcript, log, events, epoch};
};

}  // namespace

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
  Engine engine(kafka::Mode::binary);
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
  engine.log.due = {{3, epoch + 3}, {2, epoch + 2}};
  engine.run();
  REQUIRE(engine.tape.acked.read() == 0);
  engine.log.due = {{1, epoch + 1}};
  engine.run();
  REQUIRE(engine.tape.acked.read() == 3);
}

TEST_CASE("a report without offset counts from its neighbours, alone it is read back after 5 ms") {
  const std::int64_t nothing = GENERATE(-1, -1001);
  Engine engine;
  engine.append(3);
  engine.run();
  for (int i = 0; i < 3; ++i) engine.log.write_next();
  engine.log.due = {{1, nothing}, {2, epoch + 2}, {3, nothing}};
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
  engine.log.due = {{1, -1}};
  engine.run();
  engine.log.due = {{2, engine.log.write_next()}};
  engine.pass(1ms);
  REQUIRE(engine.tape.acked.read() == 2);
  engine.pass(10ms);
  REQUIRE(engine.log.questions == 0);
}

TEST_CASE("harmless foreign records shift the offsets: read back, then go on") {
  Engine engine;
  engine.append(4);
  engine.run();
  engine.log.due.push_back({1, engine.log.write_next()});
  engine.log.stranger("somebody's request");
  engine.log.opening("ours");                         // a copy
  engine.log.opening("another's", R"({"after":3})");  // continues an epoch that is not current
  engine.log.due.push_back({2, engine.log.write_next()});
  engine.log.write_again(1);
  engine.log.due.push_back({3, engine.log.write_next()});
  engine.log.due.push_back({4, engine.log.write_next()});
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

TEST_CASE("another engine's opening stops it for good: nothing behind is released") {
  Engine engine;
  engine.append(3);
  engine.run();
  engine.log.due.push_back({1, engine.log.write_next()});
  engine.log.opening("another's");
  engine.log.due.push_back({2, engine.log.write_next()});
  engine.log.due.push_back({3, engine.log.write_next()});
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
  engine.log.due = {{1, -1}};
  engine.run();
  engine.pass(5ms);
  REQUIRE(engine.journal.state() == State::replaced);
  REQUIRE(engine.tape.acked.read() == 0);
}

TEST_CASE("a record of ours that is missing ends it, those before it are released") {
  Engine engine;
  engine.append(3);
  engine.run();
  engine.log.write_next();
  engine.log.queue.pop_front();  // seq 2 never arrives
  engine.log.write_next();
  engine.log.due = {{1, -1}, {2, epoch + 3}, {3, epoch + 2}};
  engine.run();
  REQUIRE(engine.journal.state() == State::dead);
  REQUIRE(engine.tape.acked.read() == 1);
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
  engine.log.due = {{4, engine.log.write_next()}};
  engine.run();
  REQUIRE(engine.journal.state() == State::log_lost);
  REQUIRE(engine.tape.acked.read() == 3);
}

TEST_CASE("the released record itself gone, when read back, says so too") {
  Engine engine;
  engine.append(2);
  engine.run();
  engine.log.due = {{1, engine.log.write_next()}};
  engine.run();
  engine.log.topic[epoch + 1] = {0, "", "another", {}};
  engine.log.stranger("{}");
  engine.log.due = {{2, engine.log.write_next()}};
  engine.run();
  REQUIRE(engine.journal.state() == State::log_lost);
  REQUIRE(engine.tape.acked.read() == 1);
}

TEST_CASE("a read-back that failed is asked again after a pause") {
  Engine engine;
  engine.append();
  engine.run();
  engine.log.stranger("{}");
  engine.log.due = {{1, engine.log.write_next()}};
  engine.log.fail_read_backs = 2;
  engine.run();
  REQUIRE(engine.log.questions == 1);
  REQUIRE(engine.journal.next_deadline() == engine.now + Journal::read_back_pause);
  engine.pass(Journal::read_back_pause - 1ns);
  REQUIRE(engine.log.questions == 1);
  engine.pass(1ns);
  REQUIRE(engine.log.questions == 2);
  engine.pass(Journal::read_back_pause);
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
  Engine engine(kafka::Mode::structured, 8192);  // half of it history
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

TEST_CASE("when the producer dies, what it still reported is released and nothing else happens") {
  Engine engine;
  engine.append(2);
  engine.run();
  engine.log.due = {{1, engine.log.write_next()}};
  engine.log.fatal = "rewound sequence number";
  engine.run();
  REQUIRE(engine.journal.state() == State::dead);
  REQUIRE(engine.journal.reason().find("rewound sequence number") != std::string_view::npos);
  REQUIRE(engine.tape.acked.read() == 1);
}

TEST_CASE("whatever Kafka reports in whatever order, an acked event lies where the reader rule finds it") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
    Engine engine;
    std::vector<engine::Log::Report> unreported;
    unsigned appended = 0;
    for (int step = 0; step < 600; ++step) {
      if (appended < 150 && chance(40)) {
        const unsigned count = 1 + random() % 4;
        engine.append(count);
        appended += count;
      }
      if (chance(2)) engine.log.stranger("a request");
      if (chance(1)) engine.log.opening("old", R"({"after":1})");
      if (!engine.log.queue.empty() && chance(50)) {
        const std::uint64_t seq = engine.log.queue.front().seq;
        tape::Offset offset = engine.log.write_next();
        if (chance(2)) {
          engine.log.write_again(seq);
          if (chance(50)) ++offset;
        }
        if (chance(10)) offset = chance(50) ? -1 : -1001;
        unreported.push_back({seq, offset});
      }
      while (!unreported.empty() && chance(60)) {
        // Nearly in order, as reports of five requests in flight are.
        const std::size_t pick = random() % std::min<std::size_t>(unreported.size(), 5);
        engine.log.due.push_back(unreported[pick]);
        unreported.erase(unreported.begin() + static_cast<std::ptrdiff_t>(pick));
      }
      if (chance(20)) engine.log.fail_read_backs = 1;
      if (chance(70)) engine.pass(chance(10) ? 6ms : 100us);
      REQUIRE(engine.tape.acked.read() <= engine.tape.produced.read());
    }
    for (int i = 0; i < 10 && engine.tape.acked.read() < appended; ++i) {
      while (!engine.log.queue.empty()) {
        const std::uint64_t seq = engine.log.queue.front().seq;
        unreported.push_back({seq, engine.log.write_next()});
      }
      for (const auto& report : unreported) engine.log.due.push_back(report);
      unreported.clear();
      engine.pass(200ms);
    }
    INFO("seed " << seed << ": " << engine.journal.reason());
    REQUIRE(engine.journal.state() == State::running);
    REQUIRE(engine.tape.acked.read() == appended);

    tape::ReaderRule rule;
    for (std::size_t at = epoch; at < engine.log.topic.size(); ++at) {
      const tape::Heading heading = engine.log.heading(at);
      if (rule.read(heading) == tape::Reading::apply) REQUIRE(engine.offset(heading.seq) == heading.offset);
    }
    REQUIRE(rule.next_seq() == appended + 1);
  }
}
