// The journal when the topic is trimmed behind what it has released: that is no loss.
#include "tests/catch.h"
#include "tests/unit/journal/journal_world.h"

using State = journal::Journal::State;
using journal::test::cause;
using journal::test::Engine;
using journal::test::epoch;
using namespace std::chrono_literals;

namespace {

/// Two are acked, and everything there is has been trimmed.
struct Trimmed : Engine {
  Trimmed() {
    append(2);
    run();
    log.write_and_report_all();
    run();
    REQUIRE(tape.acked.read() == 2);
    log.trim();
  }
  void finish() {
    run();
    INFO(journal.reason());
    REQUIRE(journal.state() == State::running);
    REQUIRE(tape.acked.read() == orders.size());
  }
};

}  // namespace

TEST_CASE("everything trimmed, then a stranger's record: it goes on from the first offset") {
  Trimmed engine;
  engine.log.stranger("{}");
  engine.append(3);
  engine.run();
  engine.log.write_and_report_all();
  engine.finish();
  engine.check_topic(5);
  REQUIRE(engine.log.questions == 1);
  REQUIRE(engine.offset(3) == epoch + 4);
}

TEST_CASE("a stranger's record trimmed unread: what is there of ours still counts") {
  Trimmed engine;
  engine.log.stranger("{}");
  engine.log.trim();
  engine.append(3);
  engine.run();
  engine.log.write_and_report_all();
  engine.finish();
  engine.check_topic(5);
  REQUIRE(engine.offset(3) == epoch + 4);
}

TEST_CASE("records of ours trimmed before they were read: they are produced again in a new epoch") {
  Trimmed engine;
  engine.log.stranger("{}");
  engine.append(3);
  engine.run();
  engine.log.report_next();
  engine.log.trim();
  engine.log.report_next();
  engine.run();
  for (int i = 0; i < 10 && engine.tape.acked.read() < 5; ++i) {
    engine.pass(20s);
    engine.log.write_and_report_all();
  }
  engine.finish();
  REQUIRE(engine.journal.reopenings().value() == 1);
  for (std::uint64_t seq = 3; seq <= 5; ++seq) {
    REQUIRE(engine.offset(seq) > engine.log.first);
    REQUIRE(engine.log.topic[static_cast<std::size_t>(engine.offset(seq))].key ==
            engine.orders[seq - 1]->order.id.str());
  }
}

TEST_CASE("the producer dies when everything has been trimmed: the reopening goes on from the first offset") {
  Trimmed engine;
  engine.append(3);
  engine.run();
  engine.log.write_next();
  engine.log.fatal = cause;
  engine.run();
  engine.log.write_and_report_all();
  engine.finish();
  engine.check_topic(5);
  REQUIRE(engine.journal.reopenings().value() == 1);
}

TEST_CASE("another engine's opening behind what was trimmed replaces it") {
  Trimmed engine;
  engine.append();
  engine.run();
  engine.log.opening("another's");
  engine.log.report_next();
  engine.run();
  REQUIRE(engine.journal.state() == State::replaced);
  REQUIRE(engine.tape.acked.read() == 2);
}

TEST_CASE("another engine's opening that was trimmed itself is known by the records of its epoch") {
  Trimmed engine;
  engine.append();
  engine.run();
  engine.log.opening("another's");
  engine.log.trim();
  const std::string other = std::to_string(engine.log.first - 1);
  engine.log.stranger(R"({"specversion":"1.0","type":"OrderPlaced","id":"a.1","epoch":")" + other +
                      R"(","seq":"1","data":{}})");
  engine.log.report_next();
  engine.run();
  REQUIRE(engine.journal.state() == State::replaced);
  REQUIRE(engine.tape.acked.read() == 2);
}

TEST_CASE("a log that went back is lost, also when it begins anew") {
  Trimmed engine;
  engine.append();
  engine.run();
  engine.log.topic.resize(epoch + 1);
  engine.log.first = 0;
  SECTION("and ends below what was released") {}
  SECTION("and begins there") { engine.log.trim(); }
  engine.log.due = {{0, 3, epoch + 9}};
  engine.log.queue.clear();
  engine.run();
  REQUIRE(engine.journal.state() == State::log_lost);
  REQUIRE(engine.tape.acked.read() == 2);
}
