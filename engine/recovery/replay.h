// The part of the start between our EpochStarted and the open intake: the fence keeps older engines' batches
// out of Redis, what Redis holds at its checkpoint is loaded, the log behind it is folded up to our
// EpochStarted, and Redis follows in batches, the last of which reaches it.
//
//   fence ─▶ load ─▶ find its place in the log ─▶ next record ─┬─ valid ─▶ fold ─▶ a full chunk: a batch ─┐
//             │               ▲                         ▲      │                                          │
//             └─ none, or a ──┘                         └──────┼──────────────────────────────────────────┘
//                part is gone: offset 0, then reset            └─ our EpochStarted ─▶ the last batch
//   afterwards: the list of finished orders
//
// If a part of what Redis held at its checkpoint is gone (load.h), all of it is made again from the whole
// log, as for an empty Redis. If it is the list of finished orders alone, and the log has been trimmed, the
// list stays short.
//
// What cannot be understood is never passed over: a valid record that is not read or does not fit ends the
// replay, and Redis stays in front of it. The fingerprint is written with the batches, not with the
// fence: whoever cannot read the log leaves nothing behind that keeps the right one out.
//
// Thread: the caller's, which it blocks.
// Bounds: memory for the orders under way and one chunk: as many events and bytes as a batch of the store;
// without a record for `patience` it gives up.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/codec/event_parser.h"
#include "engine/limits.h"
#include "engine/recovery/fingerprint.h"
#include "engine/recovery/fold.h"
#include "engine/recovery/recent.h"
#include "engine/start_ports.h"

namespace recovery {

class Replay {
 public:
  using Result = engine::Result<engine::Setback>;

  struct Task {
    std::string topic;
    std::string type_prefix;
    std::string engine_id;
    std::int64_t epoch = -1;  // ours: the fold ends there
    std::string opening_id;   // ours
    engine::Duration keep{};  // of finished orders in Redis
    engine::Duration patience{};
    std::size_t chunk_events = engine::limits::store_batch_events;
    std::function<void(tape::Offset)> progress;
    /// A part of Redis is gone, and the whole log is read.
    std::function<void(const std::string& what)> rebuilt;
    /// Finished orders are gone from their list, and the log does not go back to its beginning: it stays short.
    std::function<void(const std::string& what)> unlisted;
    /// An order whose mail was asked for again and that Redis does not keep any more: passed over.
    std::function<void(const saga::OrderId&)> unkept;
    engine::ToldToStop told_to_stop;
  };

  Replay(Task task, engine::StartStore& redis, engine::StartLog& log)
      : task_(std::move(task)), redis_(redis), log_(log) {}

  /// Afterwards fold() is the state at our EpochStarted, and Redis has it.
  Result run();
  Fold& fold() { return fold_; }
  /// Unfinished orders that Redis had.
  std::size_t loaded() const { return loaded_; }
  /// After run(): orders that have ended by then, as Redis lists them.
  Result load_recent();
  Recent& recent() { return recent_; }

 private:
  using Kind = engine::Setback::Kind;
  using Setback = engine::Setback;
  using Fenced = engine::StartStore::Fenced;

  Result fence();
  Result load();
  Result reset();
  Result miss_recent(const engine::StartStore::Loaded& loaded);
  Result check_unmoved(const engine::StartStore::Loaded& before);
  Result read(engine::LogTail& tail);
  Result take(const engine::LogRecord& record);
  Result take_back(const codec::EventRead* event);
  Result write(const engine::Store::Checkpoint& reaches, const std::string& opening);

  Setback redis_failed() const { return {Kind::unreachable, redis_.error()}; }
  static Setback replaced() {
    return {Kind::replaced, "another engine has opened the topic since, and fenced Redis"};
  }
  static Setback wrong(std::string text) { return {Kind::do_not_belong_together, std::move(text)}; }
  std::string topic() const { return "the topic \"" + task_.topic + "\""; }

  const Task task_;
  engine::StartStore& redis_;
  engine::StartLog& log_;
  Fold fold_;
  codec::EventParser events_{task_.type_prefix};
  engine::LogBegin begin_;
  engine::Store::Checkpoint written_;  // what Redis has reached
  engine::Store::Checkpoint read_;     // of the last event that counted
  std::size_t unwritten_ = 0;          // events since
  std::size_t loaded_ = 0;
  const std::string fingerprint_ = fingerprint(task_.topic, task_.type_prefix);
  Recent recent_;
  bool recent_lost_ = false;  // the next batch takes the list as it is
  std::string gone_;          // which part of Redis; empty: none
};

}  // namespace recovery
