// Law 9 when the reopening itself meets trouble: another engine, lost records, failed tries, one death after
// the other.
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

TEST_CASE("another engine's epoch in between: replaced for good, nothing more is released or produced") {
  Dying engine;
  engine.log.write_next();
  const bool written_behind = GENERATE(false, true);
  engine.log.before_opening = [&] {
    engine.log.opening("another's");
    if (written_behind) engine.log.write_dropped();
  };
  engine.die();
  REQUIRE(engine.journal.state() == State::replaced);
  REQUIRE_FALSE(engine.journal.reason().empty());
  // One lies before the other's epoch and is valid, but those who wait for it get 504: nothing more is said.
  REQUIRE(engine.tape.acked.read() == 2);
  REQUIRE(engine.journal.do_work(engine.now + 1min) == 0);
  REQUIRE(engine.log.queue.empty());
  REQUIRE(engine.journal.reopenings().value() == 0);
  REQUIRE(engine.journal.next_deadline() == Time::never());
}

TEST_CASE("another engine's epoch behind our new one is noticed by its acks, as ever") {
  Dying engine;
  engine.log.write_next();
  engine.die();
  REQUIRE(engine.tape.acked.read() == 3);
  engine.log.opening("another's");
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.journal.state() == State::replaced);
  REQUIRE(engine.tape.acked.read() == 3);
}

TEST_CASE("the released record is gone: Kafka has lost what it acknowledged") {
  Dying engine;
  SECTION("another lies there") { engine.log.topic[epoch + 2] = {0, 0, "", "another", {}}; }
  SECTION("the log ends before it") { engine.log.topic.resize(epoch); }
  engine.die();
  REQUIRE(engine.journal.state() == State::log_lost);
  REQUIRE(engine.tape.acked.read() == 2);
}

TEST_CASE("a reopening that fails is tried again, after longer and longer pauses, with the same opening") {
  Dying engine;
  engine.log.write_next();
  SECTION("nothing of it was written") {
    engine.log.reopen_faults = {Fault::not_written, Fault::not_written};
  }
  SECTION("it was written, and could not be read back") {
    engine.log.reopen_faults = {Fault::written_but_not_read, Fault::written_but_not_read};
  }
  const Time died = engine.now;
  engine.die();
  REQUIRE(engine.log.reopen_tries == std::vector{died});
  REQUIRE(engine.journal.next_deadline() == died + 100ms);
  engine.pass(100ms - 1ns);
  REQUIRE(engine.log.reopen_tries.size() == 1);
  engine.pass(1ns);
  REQUIRE(engine.log.reopen_tries.size() == 2);
  REQUIRE(engine.journal.next_deadline() == died + 300ms);
  REQUIRE(engine.tape.acked.read() == 2);
  engine.pass(200ms);
  REQUIRE(engine.log.reopen_tries.size() == 3);
  REQUIRE(engine.tape.acked.read() == 3);
  REQUIRE(engine.journal.reopenings().value() == 1);
  engine.finish();
}

TEST_CASE("the next producer dies before anything of it is acked, and the one after that") {
  Dying engine;
  engine.log.write_next();
  engine.die();
  REQUIRE(engine.log.queue.front().generation == 1);
  SECTION("with some of its events written") { engine.log.write_next(); }
  SECTION("with none") {}
  SECTION("with zombies of the first in between") {
    engine.log.write_dropped();
    engine.log.write_next();
    engine.log.write_dropped();
  }
  engine.die();
  engine.pass(10s);
  REQUIRE(engine.log.queue.front().generation == 2);
  engine.log.write_next();
  engine.die();
  engine.pass(10s);
  REQUIRE(engine.journal.reopenings().value() == 3);
  engine.finish();
}

TEST_CASE(
    "producers that die one after the other, each pause as long as the one before, at most ten seconds") {
  Dying engine;
  Time last = engine.now;
  for (int i = 0; i < 12; ++i) {
    const std::size_t tries = engine.log.reopen_tries.size();
    engine.die();
    // On the way it wakes up once more, to say that the log is stalled.
    while (engine.log.reopen_tries.size() == tries) engine.pass(engine.journal.next_deadline() - engine.now);
    const auto pause = engine.log.reopen_tries.back() - last;
    REQUIRE(pause == (i == 0 ? 0ns : std::min<engine::Duration>(100ms * (1 << (i - 1)), 10s)));
    last = engine.log.reopen_tries.back();
  }
  REQUIRE(engine.journal.reopenings().value() == 12);
  engine.finish();
  engine.log.fatal = cause;  // all is well again, so the next one is replaced at once
  engine.run();
  REQUIRE(engine.log.reopen_tries.back() == engine.now);
}
