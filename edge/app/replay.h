// The part of the start between the fence and the open intake: what Redis holds at its checkpoint is loaded,
// the log behind it is folded up to our EpochStarted, and Redis follows in batches, the last of which reaches
// it.
//
//   checkpoint, live orders, stock ─▶ fold ◀─ valid events of the tail      fold ─▶ a batch a chunk ─▶ Redis
//
// Thread: main's, which it blocks.
// Bounds: memory for the orders under way and one chunk: as many events and bytes as a batch of the store.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "edge/app/exit_code.h"
#include "edge/kafka/settings.h"
#include "edge/kafka/tail.h"
#include "edge/log.h"
#include "edge/recovery/document_parser.h"
#include "edge/recovery/fold.h"
#include "edge/redis/start.h"

namespace edge {

class Replay {
 public:
  struct Task {
    const kafka::Settings& kafka;
    std::string type_prefix;
    std::int64_t epoch = -1;  // ours: the fold ends there
    std::string opening_id;   // ours
    engine::Duration keep{};  // of finished orders in Redis
    Log& log;
    std::function<void(tape::Offset)> progress;
    std::function<bool()> told_to_stop;
  };

  Replay(Task task, redis::Start& redis) : task_(std::move(task)), redis_(redis) {}

  /// Afterwards fold() is the state at our EpochStarted, and Redis has it.
  Started run();
  recovery::Fold& fold() { return fold_; }

 private:
  Started load();
  Started load_orders();
  Started check_unmoved(const redis::Start::Loaded& before);
  Started read(kafka::Tail& tail);
  void take(const kafka::ReadRecord& record);
  Started write(const engine::Store::Checkpoint& reaches, const std::string& opening);
  void report() const;

  const Task task_;
  redis::Start& redis_;
  recovery::Fold fold_;
  recovery::DocumentParser documents_;
  recovery::EventParser events_{task_.type_prefix};
  kafka::TailBegin begin_;
  engine::Store::Checkpoint written_;  // what Redis has reached
  engine::Store::Checkpoint read_;     // of the last event that counted
  std::size_t unwritten_ = 0;          // events since
};

}  // namespace edge
