// What is true of a world, whichever engine made it so: the naive model of the whole log, and of the log up
// to where Redis stands. Everything that Redis takes must be the fold of the log up to its checkpoint.
//
// Invariants: only what is valid in the log by the time comes into Redis; nothing is left out of it.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "tests/sim/model.h"
#include "tests/sim/partition.h"
#include "tests/sim/redis.h"

namespace sim {

class Books final : public StoreWatcher {
 public:
  Books(const Partition& partition, const Model& nothing)
      : log(nothing), stored(nothing), partition_(partition), next_(partition.begin()), stored_next_(next_) {}

  /// Reads what has come to the log since, into `log`.
  void read_log();
  /// What is written at that offset; nullptr: nothing.
  const RecordText* text(tape::Offset offset) const;
  /// Reads on in a model of one's own, up to and with that offset.
  void advance(Model& model, tape::Offset& next, tape::Offset through);

  void applied(const engine::Store::Batch& batch) override;
  /// Redis has been set back to what it held at that checkpoint.
  void set_back(const engine::Store::Checkpoint& checkpoint) override;
  bool was_set_back() const { return was_set_back_; }
  /// Everything the log says and everything Redis has, when nothing is under way.
  void check_all(const Redis& redis);

  // --- What was let in, from the clients.
  void asked_to_resume(const saga::OrderId& id) { ++resumes_allowed_[id]; }
  std::uint64_t resumes_allowed(const saga::OrderId& id) const {
    const auto found = resumes_allowed_.find(id);
    return found == resumes_allowed_.end() ? 0 : found->second;
  }
  const Partition& partition() const { return partition_; }

  Model log, stored;
  bool trace = false;

 private:
  const Partition& partition_;
  std::deque<std::optional<RecordText>> texts_;  // of every record so far
  tape::Offset next_, stored_next_;
  bool was_set_back_ = false;
  std::map<saga::OrderId, std::uint64_t> resumes_allowed_;
};

}  // namespace sim
