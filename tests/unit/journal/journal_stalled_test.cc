// When the journal says that the log is stalled, and when no longer.
#include "tests/unit/journal/journal_world.h"

using namespace std::chrono_literals;
using namespace journal::test;
using journal::Journal;

namespace {

bool stalled(Engine& engine) { return engine.tape.room().log_stalled(); }

}  // namespace

TEST_CASE(
    "the log is stalled once its oldest event is unacked for long, and the journal wakes up to say so") {
  Engine engine;
  engine.append();
  engine.run();
  engine.pass(Journal::stalled_after - 1s);
  engine.append();  // a younger one changes nothing
  engine.run();
  REQUIRE(engine.journal.next_deadline() == engine.now + 1s);
  engine.pass(1s - 1ns);
  REQUIRE_FALSE(stalled(engine));
  engine.pass(1ns);
  REQUIRE(stalled(engine));
  REQUIRE(engine.journal.next_deadline() == engine::Time::never());

  engine.log.write_and_report_all();
  engine.run();
  REQUIRE_FALSE(stalled(engine));
  REQUIRE(engine.journal.next_deadline() == engine::Time::never());
}

TEST_CASE("a log that acknowledges each event in time is not stalled, however long that goes on") {
  Engine engine;
  engine.append();
  engine.run();
  for (int i = 0; i < 10; ++i) {
    engine.pass(Journal::stalled_after / 2);
    engine.append();  // one is always under way
    engine.run();
    engine.log.report_next();
    engine.run();
    REQUIRE_FALSE(stalled(engine));
  }
}

TEST_CASE("a stalled log is one until what waited is acknowledged: a few acks do not let anybody in") {
  Engine engine;
  engine.append(2);
  engine.run();
  engine.pass(Journal::stalled_after - 2s);
  engine.append();
  engine.run();
  engine.pass(2s);
  REQUIRE(stalled(engine));
  engine.append();
  engine.run();
  for (const bool still : {true, true, false}) {  // the third is 2 s old; only the last is fresh
    engine.log.report_next();
    engine.run();
    REQUIRE(stalled(engine) == still);
  }
}

TEST_CASE("what cannot even be produced, as the producer is being replaced in vain, waits for the log too") {
  Engine engine;
  using Fault = VirtualLog::Fault;
  engine.log.reopen_faults.assign(20, Fault::not_written);
  engine.log.fatal = cause;
  engine.run();
  engine.append();
  engine.run();
  REQUIRE(engine.log.queue.empty());
  for (engine::Duration passed{}; passed < Journal::stalled_after; passed += 1s) {
    REQUIRE_FALSE(stalled(engine));
    engine.pass(1s);
  }
  REQUIRE(stalled(engine));

  engine.log.reopen_faults.clear();
  engine.pass(Journal::reopen_pause_max);
  engine.log.write_and_report_all();
  engine.run();
  REQUIRE(engine.tape.acked.read() == 1);
  REQUIRE_FALSE(stalled(engine));
}
