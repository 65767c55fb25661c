// A Redis in memory, and one engine's connection to it as engine::Store. The connection serves and answers
// when it is told to; it may be lost with everything that was on its way, before or after Redis has applied
// it.
//
//   submit, find ─▶ sent ──serve──▶ Redis ─▶ replies ──deliver──▶ result(), Reader::found
//
// Thread: the world's one.
// Invariants: as edge/redis/connection.h: answers in the order of submits and finds, a batch is sent again
// until its outcome is known, a find is not.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "tests/sim/faults.h"

namespace sim {

/// Sees what Redis has applied.
class StoreWatcher {
 public:
  virtual ~StoreWatcher() = default;
  virtual void applied(const engine::Store::Batch& batch) = 0;
};

/// Outlives the engines.
struct Redis {
  explicit Redis(const engine::Store::Checkpoint& at) : checkpoint(at) {}

  engine::Store::Applied apply(const engine::Store::Batch& batch);

  engine::Store::Checkpoint checkpoint;
  std::map<saga::OrderId, std::string> orders;
  std::map<std::string, std::int64_t> stock;
  std::set<saga::OrderId> live, finished;
  std::size_t batches = 0;
  StoreWatcher* watcher = nullptr;
};

class VirtualStore final : public engine::Store {
 public:
  VirtualStore(Redis& redis, Faults& faults, Random& random)
      : redis_(redis), faults_(faults), random_(random) {}

  // --- engine::Store
  bool submit(const Batch& batch) override;
  std::optional<Applied> result() override;
  void find(const saga::OrderId& id, Reader& reader) override;
  void forget(Reader& reader) override;
  bool connected() const override { return connected_; }

  // --- What the world makes it do.
  /// One turn of the network and the server; how much happened.
  int turn();
  /// Everything that is on its way arrives; how much that was.
  int answer();

 private:
  struct Sent {
    bool batch = false;
    saga::OrderId id;
    Reader* reader = nullptr;
  };
  struct Reply {
    Sent to;
    bool refused = false;  // a passing error: LOADING, BUSY, OOM, …
    Applied applied = Applied::applied;
    Reader::Found found = Reader::Found::no;
    std::string document;
  };
  /// A batch that outlives its submit.
  struct Pending {
    explicit Pending(const Batch& batch);
    std::vector<std::string> texts, skus;
    std::vector<OrderWrite> orders;
    std::vector<StockWrite> stock;
    Batch batch;
  };

  void serve();
  void deliver();
  void lose();

  Redis& redis_;
  Faults& faults_;
  Random& random_;
  bool connected_ = true;
  std::uint64_t stalled_ = 0;  // for as many turns
  std::optional<Pending> pending_;
  std::optional<Applied> result_;
  std::deque<Sent> sent_;
  std::deque<Reply> replies_;
  std::deque<Reader*> unavailable_;  // asked while it was not connected
};

}  // namespace sim
