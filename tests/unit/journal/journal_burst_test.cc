// Events that gather for one produce request.
#include "engine/journal/journal.h"
#include "tests/catch.h"
#include "tests/unit/journal/journal_world.h"

using engine::Time;
using journal::test::Engine;
using namespace std::chrono_literals;

namespace {

struct Gathering : Engine {
  Gathering() : Engine(codec::Mode::structured, 1U << 20, 1ms) {}
  std::size_t given() const { return static_cast<std::size_t>(tape.produced.read()); }
  void ack() {
    log.write_and_report_all();
    run();
  }
};

}  // namespace

TEST_CASE("a lone event goes at once, and so does the next one when that is acked and long ago") {
  Gathering engine;
  engine.append();
  engine.run();
  CHECK(engine.given() == 1);
  engine.now = engine.now + 1ms;
  engine.ack();
  engine.append();
  engine.run();
  CHECK(engine.given() == 2);
  CHECK(engine.journal.next_deadline() >= engine.now + 1s);  // that is when the log counts as stalled
}

TEST_CASE("what comes while a burst is under way waits for its ack, and then goes together") {
  Gathering engine;
  engine.append();
  engine.run();
  for (int i = 0; i < 300; ++i) {
    engine.append();
    engine.pass(1ms);
  }
  CHECK(engine.given() == 1);
  engine.ack();
  CHECK(engine.given() == 301);
  engine.append();
  engine.run();
  CHECK(engine.given() == 301);
  engine.now = engine.now + 1ms;
  engine.ack();
  engine.ack();
  CHECK(engine.tape.acked.read() == 302);
  engine.check_topic(302);
}

TEST_CASE("what comes shortly behind a burst that is acked already waits for the rest of the time") {
  Gathering engine;
  engine.append();
  engine.run();
  engine.ack();
  const Time begun = engine.now;
  engine.now = engine.now + 400us;
  engine.append();
  engine.run();
  CHECK(engine.given() == 1);
  CHECK(engine.journal.next_deadline() == begun + 1ms);
  engine.pass(500us);
  CHECK(engine.given() == 1);
  engine.pass(100us);
  CHECK(engine.given() == 2);
}

TEST_CASE("a burst that ends with its producer is begun anew with the next one") {
  Gathering engine;
  engine.append(3);
  engine.run();
  engine.append(2);
  engine.log.fatal = journal::test::cause;
  engine.run();
  for (int i = 0; i < 20 && engine.tape.acked.read() < 5; ++i) {
    engine.pass(20s);
    engine.ack();
  }
  CHECK(engine.tape.acked.read() == 5);
  engine.check_topic(5);
}
