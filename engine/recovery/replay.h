// The part of the start between our EpochStarted and the open intake: the fence keeps older engines' batches
// out of Redis, what Redis holds at its checkpoint is loaded, the log behind it is folded up to our
// EpochStarted, and Redis follows in batches, the last of which reaches it.
//
//   fence ─▶ checkpoint, live orders, stock ─▶ fold ◀─ valid events of the tail     fold ─▶ a batch a chunk
//   ─▶ Redis
//
// If a part of what Redis held at its checkpoint is gone (load.h), all of it is made again from the whole
// log, as for an empty Redis.
//
// What cannot be understood is never passed over: a valid record that is not read or does not fit ends the
// replay, and Redis stays in front of it. The fingerprint is written with the batches, not with the
// fence: whoever cannot read the log leaves nothing behind that keeps the right one out.
//
// The neighbours are its parameters: Redis is redis::Start and Tail kafka::Tail, or what stands in for them.
//
// Thread: the caller's, which it blocks.
// Bounds: memory for the orders under way and one chunk: as many events and bytes as a batch of the store;
// without a record for `patience` it gives up.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/codec/event_parser.h"
#include "engine/limits.h"
#include "engine/ports.h"
#include "engine/recovery/fingerprint.h"
#include "engine/recovery/fold.h"
#include "engine/recovery/load.h"
#include "engine/tape/reader_rule.h"

namespace recovery {

/// Why a replay went no further.
struct Setback {
  enum class Kind : std::uint8_t {
    unreachable,             // a neighbour, in time
    do_not_belong_together,  // topic and Redis
    replaced,                // another engine has opened the topic since
    told_to_stop,
    moved,  // Redis has changed meanwhile: nothing is wrong for good, to be begun once more
  };
  Kind kind;
  std::string text;
};

template <class Redis, class Tail>
class Replay {
 public:
  using Went = std::optional<Setback>;  // nothing: well

  struct Task {
    std::string brokers;
    std::string topic;
    std::string type_prefix;
    std::string engine_id;
    std::int64_t epoch = -1;  // ours: the fold ends there
    std::string opening_id;   // ours
    engine::Duration keep{};  // of finished orders in Redis
    engine::Duration patience{};
    std::size_t chunk_events = engine::limits::store_batch_events;
    std::function<std::unique_ptr<Tail>(const typename Tail::Begin&)> tail;
    std::function<void(tape::Offset)> progress;
    /// A part of Redis is gone, and the whole log is read.
    std::function<void(const std::string& what)> rebuilt;
    std::function<bool()> told_to_stop;
  };

  Replay(Task task, Redis& redis) : task_(std::move(task)), redis_(redis) {}

  /// Afterwards fold() is the state at our EpochStarted, and Redis has it.
  Went run();
  Fold& fold() { return fold_; }
  /// Unfinished orders that Redis had.
  std::size_t loaded() const { return loaded_; }

 private:
  using Kind = Setback::Kind;
  using Steady = std::chrono::steady_clock;
  static constexpr engine::Duration slice = std::chrono::milliseconds{100};

  Went fence();
  Went load();
  Went reset();
  Went check_unmoved(const typename Redis::Loaded& before);
  Went read(Tail& tail);
  Went take(const typename Tail::Record& record);
  Went write(const engine::Store::Checkpoint& reaches, const std::string& opening);

  Setback redis_failed() const { return {Kind::unreachable, redis_.error()}; }
  static Setback replaced() {
    return {Kind::replaced, "another engine has opened the topic since, and fenced Redis"};
  }
  static Setback wrong(std::string text) { return {Kind::do_not_belong_together, std::move(text)}; }
  std::string topic() const { return "the topic \"" + task_.topic + "\""; }

  const Task task_;
  Redis& redis_;
  Fold fold_;
  codec::EventParser events_{task_.type_prefix};
  typename Tail::Begin begin_;
  engine::Store::Checkpoint written_;  // what Redis has reached
  engine::Store::Checkpoint read_;     // of the last event that counted
  std::size_t unwritten_ = 0;          // events since
  std::size_t loaded_ = 0;
  const std::string fingerprint_ = fingerprint(task_.topic, task_.type_prefix);
  std::string gone_;  // which part of Redis; empty: none
};

template <class Redis, class Tail>
auto Replay<Redis, Tail>::run() -> Went {
  if (Went not_well = fence()) return not_well;
  if (Went not_well = load()) return not_well;
  loaded_ = fold_.under_way();
  const std::unique_ptr<Tail> tail = task_.tail(begin_);
  const auto judged = tail->find(Steady::now() + task_.patience);
  if (judged.outcome == Tail::Outcome::unreachable) return Setback{Kind::unreachable, judged.text};
  if (judged.outcome != Tail::Outcome::good) {
    return Setback{
        Kind::do_not_belong_together,
        gone_.empty() ? judged.text : "a part of Redis is gone: " + gone_ + "; and " + judged.text};
  }
  if (begin_.checkpoint.offset < 0) {
    if (Went not_well = reset()) return not_well;
  }
  return read(*tail);
}

template <class Redis, class Tail>
auto Replay<Redis, Tail>::fence() -> Went {
  switch (redis_.set_fence({.epoch = task_.epoch, .engine = task_.engine_id})) {
    case Redis::Fenced::set:
      return std::nullopt;
    case Redis::Fenced::newer:
      return Setback{Kind::replaced, "another engine has opened the topic since"};
    case Redis::Fenced::failed:
      break;
  }
  return redis_failed();
}

/// Behind the fence: no older engine moves the checkpoint any more, but one may have until a moment ago.
template <class Redis, class Tail>
auto Replay<Redis, Tail>::load() -> Went {
  const auto loaded = redis_.load();
  if (!loaded) return redis_failed();
  begin_ = {loaded->checkpoint, loaded->opening};
  written_ = read_ = loaded->checkpoint;
  if (loaded->fence > task_.epoch) return replaced();
  if (written_.offset >= 0) {  // asked before the opening as well, but an engine may have filled it since
    if (std::string text = compare_fingerprint(loaded->fingerprint, task_.topic, task_.type_prefix);
        !text.empty())
      return wrong(std::move(text));
  }
  if (written_.offset > task_.epoch) {
    return Setback{Kind::do_not_belong_together,
                   "Redis has reached offset " + std::to_string(written_.offset) + ", and " + topic() +
                       " was opened at " + std::to_string(task_.epoch) +
                       " just now: it has lost its end. Point kafka.topic and redis.url at two that belong "
                       "together"};
  }
  const auto gone = recovery::load(redis_, *loaded, fold_);
  if (!gone) return redis_failed();
  // What does not fit may be one that has just gone: whether Redis has changed is asked first.
  if (Went moved = check_unmoved(*loaded)) return moved;
  gone_ = *gone;
  if (gone_.empty()) return std::nullopt;
  fold_.forget_orders();
  begin_ = {};
  written_ = read_ = begin_.checkpoint;
  return std::nullopt;
}

/// What is derived begins anew with the log: of a Redis whose checkpoint is gone, the list of finished orders
/// may still be there. Only when the log is known to go back to its beginning: until then Redis stays as it
/// is.
template <class Redis, class Tail>
auto Replay<Redis, Tail>::reset() -> Went {
  if (!gone_.empty()) task_.rebuilt(gone_);
  switch (redis_.reset(task_.epoch)) {
    case Redis::Fenced::set:
      return std::nullopt;
    case Redis::Fenced::newer:
      return replaced();
    case Redis::Fenced::failed:
      break;
  }
  if (!redis_.error().empty()) return redis_failed();
  return Setback{Kind::moved, "Redis has changed while it was read"};
}

/// The fence keeps older engines out, not a newer one: what it writes between two of our questions would tear
/// what we have loaded (tests/model/store.pml, load_is_whole).
template <class Redis, class Tail>
auto Replay<Redis, Tail>::check_unmoved(const typename Redis::Loaded& before) -> Went {
  const auto after = redis_.load();
  if (!after) return redis_failed();
  if (after->fence > task_.epoch) return replaced();
  if (after->checkpoint == before.checkpoint && after->fence == before.fence) return std::nullopt;
  return Setback{Kind::moved, "Redis has changed while it was read"};
}

template <class Redis, class Tail>
auto Replay<Redis, Tail>::read(Tail& tail) -> Went {
  using ReadStatus = typename Tail::ReadStatus;
  typename Tail::Record record;
  tape::Reading reading{};
  Steady::time_point now = Steady::now();
  Steady::time_point deadline = now + task_.patience;
  Steady::time_point ask_at = now;
  for (; now < deadline; now = Steady::now()) {
    if (now >= ask_at) {  // asking the system for every record would cost more than folding it
      if (task_.told_to_stop()) return Setback{Kind::told_to_stop, "told to stop while the log was replayed"};
      ask_at = now + slice;
    }
    const ReadStatus found = tail.next(slice, record, reading);
    if (found == ReadStatus::no_offset)
      return Setback{Kind::do_not_belong_together, topic() + " lost records while it was being read"};
    if (found != ReadStatus::record) continue;
    deadline = now + task_.patience;
    task_.progress(record.heading.offset);
    if (reading == tape::Reading::opened && record.heading.opening_id == task_.opening_id)
      return write({task_.epoch, task_.epoch, 0}, task_.opening_id);
    if (reading == tape::Reading::unopened) {
      return wrong(
          topic() + " has at offset " + std::to_string(record.heading.offset) + " an event of epoch " +
          std::to_string(record.heading.epoch) + ", type \"" + std::string{record.heading.type} +
          "\", and no EpochStarted before it: its beginning is missing, so nothing can be rebuilt from "
          "it. Restore the topic, or its Redis, or name an empty topic in kafka.topic");
    }
    if (reading != tape::Reading::apply) continue;
    if (Went not_understood = take(record)) return not_understood;
    const bool full =
        unwritten_ >= task_.chunk_events || fold_.changed_bytes() >= engine::limits::store_batch_bytes;
    if (!full) continue;
    if (Went not_well = write(read_, tail.rule().opening())) return not_well;
  }
  return Setback{Kind::unreachable, "Kafka at " + task_.brokers +
                                        ": the log could not be read on in time: " + tail.last_error()};
}

template <class Redis, class Tail>
auto Replay<Redis, Tail>::take(const typename Tail::Record& record) -> Went {
  const tape::Heading& heading = record.heading;
  const Finding finding = fold_.fold(events_.parse(record.value, record.headers), heading.offset);
  read_ = {heading.offset, heading.epoch, heading.seq};
  ++unwritten_;
  if (finding == Finding::applied) return std::nullopt;
  return wrong(topic() + " has a valid record that cannot be passed over: " +
               explain(finding, heading.offset, record.key, heading.type, task_.type_prefix) +
               ". Redis stays in front of it; engine --verify names every such record");
}

template <class Redis, class Tail>
auto Replay<Redis, Tail>::write(const engine::Store::Checkpoint& reaches, const std::string& opening)
    -> Went {
  using Applied = engine::Store::Applied;
  if (reaches == written_) return std::nullopt;
  const Fold::Changes& changes = fold_.changes();
  const auto applied = redis_.write({.follows = written_,
                                     .reaches = reaches,
                                     .orders = changes.orders,
                                     .stock = changes.stock,
                                     .opening = opening,
                                     .fence = task_.epoch,
                                     .contents = fold_.contents(),
                                     .fingerprint = fingerprint_},
                                    task_.keep);
  if (!applied) return redis_failed();
  if (*applied == Applied::fenced) return replaced();
  if (*applied == Applied::elsewhere)
    return Setback{Kind::moved, "Redis has lost writes while the log was replayed"};
  fold_.written();
  written_ = reaches;
  unwritten_ = 0;
  return std::nullopt;
}

}  // namespace recovery
