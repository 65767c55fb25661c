#include "engine/recovery/replay.h"

#include <chrono>

#include "engine/recovery/load.h"

namespace recovery {
namespace {

using Steady = std::chrono::steady_clock;

constexpr engine::Duration slice = std::chrono::milliseconds{100};

}  // namespace

Replay::Result Replay::run() {
  if (Result not_well = fence(); !not_well.ok()) return not_well;
  if (Result not_well = load(); !not_well.ok()) return not_well;
  loaded_ = fold_.under_way();
  const std::unique_ptr<engine::LogTail> tail = log_.tail(begin_);
  if (Result found = tail->find(); !found.ok()) {
    if (gone_.empty() || found.error().kind == Kind::unreachable) return found;
    return wrong("a part of Redis is gone: " + gone_ + "; and " + found.error().text);
  }
  if (begin_.checkpoint.offset < 0) {
    if (Result not_well = reset(); !not_well.ok()) return not_well;
  }
  return read(*tail);
}

Replay::Result Replay::fence() {
  switch (redis_.set_fence({.epoch = task_.epoch, .engine = task_.engine_id})) {
    case Fenced::set:
      return {};
    case Fenced::newer:
      return Setback{Kind::replaced, "another engine has opened the topic since"};
    case Fenced::failed:
      break;
  }
  return redis_failed();
}

/// Behind the fence: no older engine moves the checkpoint any more, but one may have until a moment ago.
Replay::Result Replay::load() {
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
  if (Result moved = check_unmoved(*loaded); !moved.ok()) return moved;
  gone_ = *gone;
  if (gone_.empty()) {
    if (Result not_well = miss_recent(*loaded); !not_well.ok()) return not_well;
  }
  if (gone_.empty()) return {};
  fold_.forget_orders();
  begin_ = {};
  written_ = read_ = begin_.checkpoint;
  return {};
}

/// The list of finished orders: worth to be made again, not to be refused for.
Replay::Result Replay::miss_recent(const engine::StartStore::Loaded& loaded) {
  std::string short_list = missing_recent(loaded);
  if (short_list.empty()) return {};
  Result whole_log = log_.tail({})->find();
  if (whole_log.ok()) {
    gone_ = std::move(short_list);
  } else if (whole_log.error().kind == Kind::unreachable) {
    return whole_log;
  } else {
    recent_lost_ = true;
    task_.unlisted(short_list);
  }
  return {};
}

/// What is derived begins anew with the log: of a Redis whose checkpoint is gone, the list of finished orders
/// may still be there. Only when the log is known to go back to its beginning: until then Redis stays as it
/// is.
Replay::Result Replay::reset() {
  if (!gone_.empty()) task_.rebuilt(gone_);
  switch (redis_.reset(task_.epoch)) {
    case Fenced::set:
      return {};
    case Fenced::newer:
      return replaced();
    case Fenced::failed:
      break;
  }
  if (!redis_.error().empty()) return redis_failed();
  return Setback{Kind::moved, "Redis has changed while it was read"};
}

/// The fence keeps older engines out, not a newer one: what it writes between two of our questions would tear
/// what we have loaded (tests/model/store.pml, load_is_whole).
Replay::Result Replay::check_unmoved(const engine::StartStore::Loaded& before) {
  const auto after = redis_.load();
  if (!after) return redis_failed();
  if (after->fence > task_.epoch) return replaced();
  if (after->checkpoint == before.checkpoint && after->fence == before.fence) return {};
  return Setback{Kind::moved, "Redis has changed while it was read"};
}

Replay::Result Replay::read(engine::LogTail& tail) {
  engine::LogRecord record;
  tape::Reading reading{};
  Steady::time_point now = Steady::now();
  Steady::time_point deadline = now + task_.patience;
  Steady::time_point ask_at = now;
  for (; now < deadline; now = Steady::now()) {
    if (now >= ask_at) {  // asking the system for every record would cost more than folding it
      if (task_.told_to_stop()) return Setback{Kind::told_to_stop, "told to stop while the log was replayed"};
      ask_at = now + slice;
    }
    const engine::ReadStatus found = tail.next(slice, record, reading);
    if (found == engine::ReadStatus::no_offset)
      return Setback{Kind::do_not_belong_together, topic() + " lost records while it was being read"};
    if (found != engine::ReadStatus::record) continue;
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
    if (Result not_understood = take(record); !not_understood.ok()) return not_understood;
    const bool full =
        unwritten_ >= task_.chunk_events || fold_.changed_bytes() >= engine::limits::store_batch_bytes;
    if (!full) continue;
    if (Result not_well = write(read_, tail.opening()); !not_well.ok()) return not_well;
  }
  return Setback{Kind::unreachable, "Kafka: the log could not be read on in time: " + tail.last_error()};
}

Replay::Result Replay::take(const engine::LogRecord& record) {
  const tape::Heading& heading = record.heading;
  const codec::EventRead* const event = events_.parse(record.value, record.headers);
  if (Result not_well = take_back(event); !not_well.ok()) return not_well;
  const Finding finding = fold_.fold(event, heading.offset);
  read_ = {heading.offset, heading.epoch, heading.seq};
  ++unwritten_;
  if (finding == Finding::unkept) task_.unkept(event->order);
  if (finding == Finding::applied || finding == Finding::unkept) return {};
  return wrong(topic() + " has a valid record that cannot be passed over: " +
               explain(finding, heading.offset, record.key, heading.type, task_.type_prefix) +
               ". Redis stays in front of it; engine --verify names every such record");
}

/// What was found may be a newer engine's, or missing from a Redis that has lost writes.
Replay::Result Replay::take_back(const codec::EventRead* event) {
  if (event == nullptr || !fold_.wants_back(*event)) return {};
  if (!recovery::take_back(redis_, event->order, fold_)) return redis_failed();
  return check_unmoved({.checkpoint = written_, .fence = task_.epoch});
}

Replay::Result Replay::write(const engine::Store::Checkpoint& reaches, const std::string& opening) {
  using Applied = engine::Store::Applied;
  if (reaches == written_) return {};
  const Fold::Changes& changes = fold_.changes();
  const auto applied = redis_.write({.follows = written_,
                                     .reaches = reaches,
                                     .orders = changes.orders,
                                     .stock = changes.stock,
                                     .opening = opening,
                                     .fence = task_.epoch,
                                     .contents = fold_.contents(),
                                     .fingerprint = fingerprint_,
                                     .recent_lost = recent_lost_},
                                    task_.keep);
  if (!applied) return redis_failed();
  if (*applied == Applied::fenced) return replaced();
  if (*applied == Applied::elsewhere)
    return Setback{Kind::moved, "Redis has lost writes while the log was replayed"};
  fold_.written();
  recent_lost_ = false;
  written_ = reaches;
  unwritten_ = 0;
  return {};
}

/// What was read may be a newer engine's, ahead of what we have folded: then it counts for nothing. Redis has all
/// that the fold has, so that a list which stood still is as of our EpochStarted.
Replay::Result Replay::load_recent() {
  recent_ = recovery::load_recent(redis_);
  Result moved = check_unmoved({.checkpoint = written_, .fence = task_.epoch});
  if (moved.ok() || moved.error().kind != Kind::unreachable) return moved;
  recent_ = {.cut = redis_.error()};
  return {};
}

}  // namespace recovery
