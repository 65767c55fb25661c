#include "edge/kafka/tail.h"

#include <algorithm>
#include <utility>

#include "engine/saga/event.h"

namespace kafka {
namespace {

using Outcome = Tail::Outcome;

constexpr engine::Duration slice = std::chrono::milliseconds{100};

tape::ReaderRule rule_from(const engine::LogBegin& begin) {
  const engine::Store::Checkpoint& at = begin.checkpoint;
  return at.offset < 0 ? tape::ReaderRule() : tape::ReaderRule(at.epoch, at.seq, begin.opening_id);
}

}  // namespace

Tail::Tail(const Settings& settings, std::string type_prefix, engine::LogBegin begin)
    : settings_(settings),
      type_prefix_(std::move(type_prefix)),
      begin_(std::move(begin)),
      reader_(settings),
      rule_(rule_from(begin_)) {}

Tail::Judged Tail::late(const std::string& what) const {
  const std::string error = reader_.last_error();
  return {Outcome::unreachable,
          "Kafka at " + settings_.brokers + ": " + what + " in time" + (error.empty() ? "" : ": " + error),
          {},
          false};
}

Tail::Judged Tail::judge(Deadline deadline, const std::function<bool()>& told_to_stop) {
  const tape::Offset checkpoint = begin_.checkpoint.offset;
  // Without a checkpoint the log must go back to 0, so 0 it is: asking librdkafka for the beginning, wherever
  // it is, costs half a second, for it asks before it knows the leader and then waits.
  if (auto started = reader_.start(std::max<tape::Offset>(checkpoint, 0)); !started.ok())
    return {Outcome::unreachable, std::move(started).error(), {}};
  while (std::chrono::steady_clock::now() < deadline && !told_to_stop()) {
    switch (reader_.next(slice, first_)) {
      case Reader::ReadStatus::record:
        return hold(first_);
      case Reader::ReadStatus::end:
        if (checkpoint < 0) return {};  // an empty topic
        return {Outcome::wrong_topic,
                topic() + " ends before offset " + std::to_string(checkpoint) +
                    ", which Redis has reached: it is another topic, or was truncated or recreated. "
                    "Point kafka.topic and redis.url at two that belong together",
                {},
                false};
      case Reader::ReadStatus::no_offset:
        return gone();
      case Reader::ReadStatus::no_topic:
      case Reader::ReadStatus::nothing:
        break;
    }
  }
  return late("its records could not be read");
}

Tail::Judged Tail::hold(const ReadRecord& record) {
  const tape::Heading& heading = record.heading;
  const engine::Store::Checkpoint& checkpoint = begin_.checkpoint;
  if (checkpoint.offset < 0) {
    pending_ = true;
    if (heading.offset != 0) return lost_below(heading.offset);
    return {Outcome::good, {}, {}, heading.epoch_started};
  }
  const bool the_one =
      heading.offset == checkpoint.offset &&
      (checkpoint.seq == 0 ? heading.epoch_started && heading.offset == checkpoint.epoch
                           : heading.epoch == checkpoint.epoch && heading.seq == checkpoint.seq);
  const auto prefix = saga::type_prefix(heading.type);
  if (the_one && prefix && *prefix != type_prefix_) {
    return {Outcome::wrong_topic,
            topic() + " has an event of type \"" + std::string{heading.type} + "\" at offset " +
                std::to_string(checkpoint.offset) +
                ", which Redis has reached, and events.type_prefix is \"" + type_prefix_ +
                "\": set it to \"" + std::string{*prefix} + "\", as the log has it",
            {}};
  }
  if (the_one) {
    // So that a copy of this EpochStarted, should there be one, opens nothing.
    if (heading.epoch_started) rule_ = tape::ReaderRule(checkpoint.epoch, checkpoint.seq, heading.opening_id);
    return {Outcome::good, {}, {}, true};
  }
  return {Outcome::wrong_topic,
          topic() + " has another record at offset " + std::to_string(checkpoint.offset) +
              " than the one Redis has applied (epoch " + std::to_string(checkpoint.epoch) + ", seq " +
              std::to_string(checkpoint.seq) +
              "): it is another topic, or was recreated. Point kafka.topic and redis.url at two that "
              "belong together",
          {},
          false};
}

Tail::Judged Tail::lost_below(tape::Offset first) const {
  return {
      Outcome::wrong_topic,
      topic() + " has lost what lay below offset " + std::to_string(first) +
          ", and Redis holds no state: orders cannot be rebuilt. Restore Redis, or name an empty topic in "
          "kafka.topic",
      {},
      false};
}

/// The topic has no such offset: trimmed by retention, with or without something missing, or too short.
Tail::Judged Tail::gone() {
  const tape::Offset checkpoint = begin_.checkpoint.offset;
  const tape::Offset first = reader_.bounds(std::chrono::seconds{5}).first;
  if (first < 0) return late("the first offset of its topic could not be learned");
  if (checkpoint < 0) return lost_below(first);
  if (first == checkpoint + 1) {
    if (auto started = reader_.start(first); !started.ok())
      return {Outcome::unreachable, std::move(started).error(), {}};
    return {
        Outcome::good, {}, topic() + " was trimmed right behind the checkpoint: nothing is missing", true};
  }
  if (first > checkpoint) {
    return {Outcome::wrong_topic,
            topic() + " begins at offset " + std::to_string(first) + ", behind what Redis has reached (" +
                std::to_string(checkpoint) + "): events in between were trimmed before they were applied",
            {},
            false};
  }
  return {Outcome::wrong_topic,
          topic() + " ends before offset " + std::to_string(checkpoint) +
              ", which Redis has reached: it was truncated or recreated. Point kafka.topic and redis.url at "
              "two that belong together",
          {},
          false};
}

engine::Result<engine::Setback> Tail::find() {
  Judged judged = judge(std::chrono::steady_clock::now() + settings_.start_deadline);
  if (judged.outcome == Outcome::good) return {};
  return setback(judged.outcome, std::move(judged.text));
}

Reader::ReadStatus Tail::next(engine::Duration wait, ReadRecord& out, tape::Reading& reading) {
  Reader::ReadStatus found = Reader::ReadStatus::record;
  if (pending_) {
    out = first_;
    pending_ = false;
  } else {
    found = reader_.next(wait, out);
  }
  if (found == Reader::ReadStatus::record) reading = rule_.read(out.heading);
  return found;
}

}  // namespace kafka
