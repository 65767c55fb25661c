// A Redis in memory, as the scripts of edge/redis/batch_script.h make it behave. Outlives the engines. It may
// be set back to any earlier state, and a batch whose engine has gone may still reach it.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "tests/sim/random.h"

namespace sim {

/// A batch that outlives its submit.
struct KeptBatch {
  explicit KeptBatch(const engine::Store::Batch& batch);
  KeptBatch(const KeptBatch&) = delete;  // it points into itself
  KeptBatch& operator=(const KeptBatch&) = delete;

  std::vector<std::string> texts, references, skus;
  std::string opening, fingerprint;
  std::vector<engine::Store::OrderWrite> orders;
  std::vector<engine::Store::StockWrite> stock;
  engine::Store::Batch batch;
};

/// Sees what Redis has applied.
class StoreWatcher {
 public:
  virtual ~StoreWatcher() = default;
  virtual void applied(const engine::Store::Batch& batch) = 0;
  /// It stands at another checkpoint now.
  virtual void set_back(const engine::Store::Checkpoint& checkpoint) = 0;
};

/// What Redis holds.
struct RedisState {
  engine::Store::Checkpoint checkpoint{-1, -1, 0};
  std::string opening;
  std::int64_t fence = -1;
  tape::Offset requests = 0;  // below which all are settled
  std::string fingerprint;
  std::map<saga::OrderId, std::string> orders;
  std::map<std::string, std::int64_t> stock;
  std::set<saga::OrderId> live;
  std::map<std::string, std::map<std::uint64_t, saga::OrderId>>
      references;                          // of those that have ended, by serial
  std::deque<saga::OrderId> recent;        // that have ended, the newest first
  std::optional<saga::Contents> contents;  // as the checkpoint says
  std::optional<std::size_t> listed;       // so many recent ones, as it says

  /// In figures, as it is there; an order without a document counts for nothing.
  saga::Contents held() const;
  bool lacks_document() const;
  /// As engine::Store::find_reference answers.
  std::string of_reference(const std::string& reference, std::uint64_t before, std::size_t limit) const;
  /// Without a checkpoint none is listed.
  bool list_is_whole() const {
    return listed ? *listed == recent.size() : checkpoint.offset >= 0 || recent.empty();
  }
};

/// What of it may be lost alone.
enum class Part : std::uint8_t {
  live_set,
  live_member,
  stock,
  sku,
  document,
  checkpoint,
  recent,
  recent_member
};
inline constexpr std::size_t parts = 8;

struct Redis : RedisState {
  engine::Store::Applied apply(const engine::Store::Batch& batch);
  /// False: a newer engine's is there.
  bool set_fence(std::int64_t epoch);
  /// Behind that fence only.
  bool reset(std::int64_t epoch);
  bool lose(Part part, Random& random);

  /// One of the batches whose engines have gone comes through, or is dropped; how much happened.
  int turn(Random& random);

  std::vector<std::unique_ptr<KeptBatch>> late;  // on their way when their engines went
  std::size_t batches = 0;
  bool damaged = false;  // it has ever lost a part
  StoreWatcher* watcher = nullptr;
};

}  // namespace sim
