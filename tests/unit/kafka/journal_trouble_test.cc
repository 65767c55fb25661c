// The journal when the log is not as it should be.
#include <random>

#include "tests/catch.h"
#include "tests/unit/kafka/journal_world.h"

using engine::Time;
using State = kafka::Journal::State;
using kafka::test::Engine;
using kafka::test::epoch;
using namespace std::chrono_literals;

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
  REQUIRE(engine.journal.next_deadline() == engine.now + kafka::Journal::read_back_pause);
  engine.pass(kafka::Journal::read_back_pause - 1ns);
  REQUIRE(engine.log.questions == 1);
  engine.pass(1ns);
  REQUIRE(engine.log.questions == 2);
  engine.pass(kafka::Journal::read_back_pause);
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
