// Law 9: a dead producer is replaced in place. However it died, every event of the tape is valid on the topic
// exactly once, in tape order.
#include "tests/catch.h"
#include "tests/unit/journal/journal_world.h"

using engine::Time;
using Fault = journal::test::VirtualLog::Fault;
using Journal = journal::Journal;
using State = journal::Journal::State;
using journal::test::cause;
using journal::test::Dying;
using journal::test::Engine;
using journal::test::epoch;
using namespace std::chrono_literals;

TEST_CASE(
    "a dead producer is replaced: those of its events that were written keep their places, the rest "
    "are produced anew in a new epoch") {
  const auto written = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{5});
  Dying engine;
  for (std::size_t i = 0; i < written; ++i) engine.log.write_next();
  const auto new_epoch = static_cast<std::int64_t>(engine.log.topic.size());
  engine.die();
  REQUIRE(engine.tape.acked.read() == 2 + written);
  REQUIRE(engine.journal.reopenings().value() == 1);
  REQUIRE(engine.log.heading(static_cast<std::size_t>(new_epoch)).after == epoch);
  REQUIRE(engine.log.queue.size() == 5 - written);
  for (std::size_t i = 0; i < written; ++i) {
    REQUIRE(engine.tape.place(2 + i) == tape::Place{epoch + 3 + static_cast<std::int64_t>(i), epoch, 3 + i});
  }
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 7);
  for (std::size_t i = 2 + written; i < 7; ++i) {
    const std::uint64_t seq = i - 1 - written;
    REQUIRE(engine.tape.place(i) == tape::Place{new_epoch + static_cast<std::int64_t>(seq), new_epoch, seq});
  }
  REQUIRE(engine.journal.read_backs().value() == 0);
  engine.finish();
}

TEST_CASE("in binary mode, too") {
  Dying engine(codec::Mode::binary);
  engine.log.write_next();
  engine.die();
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 7);
  const std::vector<journal::test::Valid> valid = journal::test::valid_records(engine.log);
  REQUIRE(valid.size() == 7);
  for (std::size_t i = 0; i < 7; ++i) REQUIRE(valid[i].place == engine.tape.place(i));
}

TEST_CASE("what the dead producer still reported is released before anything else") {
  Dying engine;
  engine.log.report_next();
  engine.log.reopen_faults = {Fault::not_written};
  engine.die();
  REQUIRE(engine.tape.acked.read() == 3);
  engine.finish();
}

TEST_CASE("a producer with nothing on its way dies, and one with an event rendered for a full queue") {
  Engine engine;
  engine.log.queue_max = GENERATE(std::size_t{0}, std::size_t{1});
  engine.append(3);
  engine.run();
  engine.log.fatal = cause;
  engine.log.queue_max = SIZE_MAX;
  engine.run();
  REQUIRE(engine.journal.reopenings().value() == 1);
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 3);
  engine.check_topic(3);
}

TEST_CASE("late reports of the old producer count for nothing") {
  Dying engine;
  engine.die();
  // As if seq 1 to 5 were the new one's, and behind it a place in line.
  for (std::uint64_t seq = 1; seq <= 7; ++seq) {
    engine.log.due.push_back({0, seq, GENERATE(-1, epoch + 9)});
  }
  engine.pass(1s);
  REQUIRE(engine.tape.acked.read() == 2);
  REQUIRE(engine.journal.state() == State::running);
  engine.finish();
}

TEST_CASE("what the old producer still had on the wire is a zombie's behind the new epoch") {
  Dying engine;
  engine.log.write_next();
  engine.die();
  engine.log.write_dropped();
  engine.log.report_next();
  engine.log.write_dropped();
  engine.log.write_dropped();
  engine.finish();
  REQUIRE(engine.journal.read_backs().value() > 0);
}

TEST_CASE("doubles, strangers and a hole in front of the new epoch change nothing") {
  Dying engine;
  SECTION("doubles") {
    engine.log.write_next();
    engine.log.write_again(2);
    engine.log.write_next();
    engine.log.write_again(4);
    engine.log.write_again(4);
  }
  SECTION("strangers, copies of openings, openings that open nothing") {
    engine.log.stranger("a request");
    engine.log.opening("ours");
    engine.log.write_next();
    engine.log.opening("another's", R"({"after":3})");
    engine.log.stranger("a request");
    engine.log.write_next();
  }
  SECTION("a hole") {
    engine.log.write_next();
    engine.log.dropped.push_back(std::move(engine.log.queue.front()));
    engine.log.queue.pop_front();
    engine.log.write_next();
    engine.log.write_next();
  }
  engine.die();
  REQUIRE(engine.journal.reopenings().value() == 1);
  engine.finish();
}

TEST_CASE("the new EpochStarted is doubled: the first copy counts, the others shift and are harmless") {
  Dying engine;
  engine.log.write_next();
  engine.die();
  const std::string opening = engine.log.opening_id;
  const std::string data = "{\"after\":" + std::to_string(epoch) + "}";
  engine.log.opening(opening, data);
  engine.log.report_next();
  engine.log.opening(opening, data);
  engine.run();
  REQUIRE(engine.tape.acked.read() == 4);
  engine.finish();
}

TEST_CASE("a record of ours that is missing: those before it are released, the rest comes in a new epoch") {
  Engine engine;
  engine.append(3);
  engine.run();
  engine.log.write_next();
  engine.log.queue.pop_front();  // seq 2 never arrives
  engine.log.write_next();
  engine.log.due = {{0, 1, -1}, {0, 2, epoch + 3}, {0, 3, epoch + 2}};
  engine.run();
  REQUIRE(engine.journal.state() == State::running);
  REQUIRE(engine.tape.acked.read() == 1);
  REQUIRE(engine.journal.reopenings().value() == 1);
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 3);
  engine.check_topic(3);
}

TEST_CASE("a delivered record that the log does not show for long is missing, too") {
  Engine engine;
  engine.append(2);
  engine.run();
  engine.log.report_next();
  engine.log.queue.pop_front();
  engine.log.due.push_back({0, 2, -1});
  engine.run();
  for (int i = 0; i < Journal::read_backs_in_vain_max; ++i) {
    REQUIRE(engine.journal.reopenings().value() == 0);
    engine.pass(Journal::read_back_pause);
  }
  REQUIRE(engine.log.questions == Journal::read_backs_in_vain_max);
  REQUIRE(engine.journal.reopenings().value() == 1);
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 2);
  engine.check_topic(2);
}

TEST_CASE("a producer that dies while the log is read back is replaced after the answer") {
  Dying engine;
  engine.log.stranger("a request");
  engine.log.report_next();
  while (engine.log.questions == 0) engine.journal.do_work(engine.now);
  engine.log.fatal = cause;
  REQUIRE(engine.journal.do_work(engine.now) > 0);
  REQUIRE(engine.log.reopen_tries.empty());
  REQUIRE(engine.tape.acked.read() == 3);
  engine.run();
  REQUIRE(engine.log.reopen_tries.size() == 1);
  engine.finish();
}
