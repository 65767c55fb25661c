// The journal against a log where everything happens that may, by seed: late, shuffled and placeless reports,
// doubles, strangers, records that never arrive, producers that die with any part of their events written,
// zombies that arrive later, openings that are doubled or fail. And sometimes another engine.
#include <random>

#include "tests/catch.h"
#include "tests/unit/journal/journal_world.h"

using Fault = journal::test::VirtualLog::Fault;
using State = journal::Journal::State;
using journal::test::Engine;
using journal::test::VirtualLog;
using namespace std::chrono_literals;

namespace {

class Chaos {
 public:
  explicit Chaos(unsigned seed) : random_(seed) {}

  static constexpr unsigned events = 150;
  Engine engine;

  void step() {
    if (engine.orders.size() < events && chance(40)) engine.append(1 + random_() % 4);
    strangers();
    if (!engine.log.queue.empty() && chance(50)) write();
    if (chance(1)) die();
    if (!engine.log.dropped.empty() && chance(20)) engine.log.write_dropped();
    report();
    if (chance(20)) engine.log.fail_read_backs = 1;
    if (chance(70)) engine.pass(chance(10) ? 6ms : 100us);
    REQUIRE(engine.tape.acked.read() <= engine.tape.produced.read());
  }
  /// No more faults.
  void finish() {
    engine.log.reopen_faults.clear();
    for (int i = 0; i < 40 && engine.tape.acked.read() < engine.orders.size(); ++i) {
      while (!engine.log.queue.empty()) write_well();
      for (const auto& report : unreported_) engine.log.due.push_back(report);
      unreported_.clear();
      engine.log.fail_read_backs = 0;
      engine.pass(10s);
    }
  }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void strangers() {
    if (chance(2)) engine.log.stranger("a request");
    if (chance(1)) engine.log.opening("old", R"({"after":1})");
    if (chance(1)) engine.log.opening(engine.log.opening_id, R"({"after":1})");  // a copy
  }
  tape::Offset write_well() {
    const auto [generation, seq] =
        std::pair{engine.log.queue.front().generation, engine.log.queue.front().seq};
    const tape::Offset offset = engine.log.write_next();
    unreported_.push_back({generation, seq, offset});
    return offset;
  }
  void write() {
    const auto offset = static_cast<std::size_t>(write_well());
    if (chance(2)) {
      engine.log.topic.push_back(VirtualLog::Written(engine.log.topic[offset]));
      if (chance(50)) ++unreported_.back().offset;
    }
    if (chance(10)) unreported_.back().offset = chance(50) ? -1 : -1001;
  }
  void die() {
    if (!deaths_) return;
    for (std::size_t n = random_() % (engine.log.queue.size() + 1); n > 0 && chance(80); --n) {
      if (chance(5)) {  // a hole: it failed, and those behind it did not
        engine.log.dropped.push_back(std::move(engine.log.queue.front()));
        engine.log.queue.pop_front();
      } else if (chance(50)) {
        write_well();
      } else {
        engine.log.write_next();
      }
    }
    engine.log.fatal = "it died";
    while (chance(30))
      engine.log.reopen_faults.push_back(chance(50) ? Fault::not_written : Fault::written_but_not_read);
  }
  void report() {
    while (!unreported_.empty() && chance(60)) {
      // Nearly in order, as reports of five requests in flight are.
      const std::size_t pick = random_() % std::min<std::size_t>(unreported_.size(), 5);
      engine.log.due.push_back(unreported_[pick]);
      unreported_.erase(unreported_.begin() + static_cast<std::ptrdiff_t>(pick));
    }
  }

  std::mt19937 random_;
  const bool deaths_ = chance(80);
  std::vector<engine::Log::Report> unreported_;
};

}  // namespace

TEST_CASE(
    "whatever Kafka reports in whatever order, and however often the producer dies, every event is valid "
    "on the topic exactly once, in tape order, where its ack says") {
  std::uint64_t reopenings = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Chaos chaos(seed);
    for (int step = 0; step < 600; ++step) chaos.step();
    chaos.finish();
    INFO("seed " << seed << ": " << chaos.engine.journal.reason());
    REQUIRE(chaos.engine.journal.state() == State::running);
    REQUIRE(chaos.engine.tape.acked.read() == chaos.engine.orders.size());
    chaos.engine.check_topic(chaos.engine.orders.size());
    reopenings += chaos.engine.journal.reopenings().value();
  }
  REQUIRE(reopenings > 2000);
}

TEST_CASE("once another engine has opened the log, nothing written behind its epoch is ever acked") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Chaos chaos(seed);
    const int when = static_cast<int>(seed);
    std::size_t valid = 0;
    for (int step = 0; step < 600; ++step) {
      if (step == when) {
        chaos.engine.log.opening("another's");
        valid = journal::test::valid_records(chaos.engine.log).size();
      }
      chaos.step();
      if (step >= when) REQUIRE(chaos.engine.tape.acked.read() <= valid);
    }
    chaos.finish();
    INFO("seed " << seed << ": " << chaos.engine.journal.reason());
    REQUIRE(chaos.engine.tape.acked.read() <= valid);
    chaos.engine.check_topic(valid);
    if (valid < chaos.engine.orders.size()) REQUIRE(chaos.engine.journal.state() == State::replaced);
  }
}
