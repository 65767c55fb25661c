// A tape with its journal on a real worker and the real librdkafka, against its mock cluster in this process.
// What only a real broker can show is in tests/integration.
#pragma once

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "edge/kafka/mock_cluster.h"
#include "edge/kafka/opening.h"
#include "edge/kafka/producer.h"
#include "edge/kafka/topic_watch.h"
#include "engine/journal/journal.h"
#include "engine/runtime/worker.h"
#include "tests/catch.h"
#include "tests/unit/journal/orders.h"

namespace kafka::test {

inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

struct Cluster {
  Cluster() {
    REQUIRE(mock.start("orders").ok());
    settings.brokers = mock.brokers();
    settings.embedded = true;
    settings.log = [this](int, std::string_view line) {
      const std::lock_guard lock(mutex);
      lines.emplace_back(line);
    };
  }
  bool logged(std::string_view text) {
    const std::lock_guard lock(mutex);
    for (const std::string& line : lines) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }
  std::mutex mutex;
  std::vector<std::string> lines;  // under mutex
  MockCluster mock;
  Settings settings;
};

/// Lets a producer die, on the thread of the journal that owns it: from another one, the journal could replace
/// the producer, and free its client, while librdkafka is still inside the call.
class ProducerKiller final : public runtime::Agent {
 public:
  ProducerKiller(Producer& producer, runtime::Parker& parker) : producer_(producer), parker_(parker) {}

  /// From the test's thread; returns when it is done.
  void kill() {
    asked_.store(true, std::memory_order_release);  // pairs with the acquire in do_work
    parker_.signal();
    REQUIRE(eventually([this] { return !asked_.load(std::memory_order_acquire); }));
  }
  int do_work(engine::Time) override {
    if (!asked_.load(std::memory_order_acquire)) return 0;
    rd_kafka_test_fatal_error(producer_.client().handle(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                              "a test's");
    asked_.store(false, std::memory_order_release);  // pairs with the acquire in kill
    return 1;
  }
  std::string_view name() const override { return "killer"; }

 private:
  Producer& producer_;
  runtime::Parker& parker_;
  std::atomic<bool> asked_{false};
};

/// A tape with its journal on a real worker and a real producer.
struct RealEngine {
  RealEngine(const Settings& settings, std::string opening_id, engine::Store::Checkpoint checkpoint = {},
             codec::Mode mode = codec::Mode::structured)
      : events({.type_prefix = "t.", .mode = mode}), producer(settings, parker, clock.wall()) {
    REQUIRE(producer.start().ok());
    opening = open_log(producer, events, "test",
                       {.opening_id = std::move(opening_id), .begin = {checkpoint, {}}, .at = clock.now()});
    if (opening.outcome == Opening::Outcome::good) read_valid(checkpoint);
  }
  /// What counts between the checkpoint and our opening.
  void read_valid(const engine::Store::Checkpoint& checkpoint) {
    using namespace std::chrono_literals;
    Tail tail(producer.settings(), "t.", {checkpoint, {}});
    REQUIRE(tail.judge(std::chrono::steady_clock::now() + 10s).outcome == Opening::Outcome::good);
    ReadRecord record;
    tape::Reading reading{};
    while (tail.rule().epoch() != opening.epoch) {
      if (tail.next(1s, record, reading) == Reader::ReadStatus::record && reading == tape::Reading::apply)
        valid.push_back(record.heading.seq);
    }
  }
  void run() {
    INFO(opening.text);
    REQUIRE(opening.outcome == Opening::Outcome::good);
    journal = std::make_unique<journal::Journal>(tape, transcript, producer, events, opening.epoch);
    tape.announced_to(parker);
    worker = std::make_unique<runtime::Worker>("journal", std::nullopt, runtime::Idle::park, clock, parker,
                                               std::vector<runtime::Agent*>{journal.get(), &killer});
    worker->start();
  }
  void append(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      orders.push_back(journal::test::short_order(static_cast<unsigned>(orders.size())));
      REQUIRE(tape.room().take(1) == 1);
      tape.append(journal::test::placed(*orders.back()));
      tape.announce();
    }
  }
  bool all_acked() {
    return eventually([this] { return tape.acked.read() == orders.size(); });
  }
  ~RealEngine() {
    if (worker != nullptr) worker->stop();
  }

  runtime::SystemClock clock;
  runtime::FutexParker parker;
  std::deque<tape::OwnedRecord> orders;
  tape::Tape tape{8192, 512};
  tape::Transcript transcript{std::size_t{8} << 20, 16384, std::size_t{1} << 20, 1024};
  codec::CloudEvents events;
  Producer producer;
  Opening opening;
  std::vector<std::uint64_t> valid;  // seqs between the checkpoint and the opening
  std::unique_ptr<journal::Journal> journal;
  ProducerKiller killer{producer, parker};
  std::unique_ptr<runtime::Worker> worker;
};

}  // namespace kafka::test
