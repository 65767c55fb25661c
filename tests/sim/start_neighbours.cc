#include "tests/sim/start_neighbours.h"

namespace sim {

std::optional<StartRedis::Loaded> StartRedis::load() {
  fiber_.wait();
  return Loaded{redis_.checkpoint, redis_.opening, redis_.fence, redis_.contents, redis_.fingerprint};
}

StartRedis::Fenced StartRedis::set_fence(const Fence& fence) {
  fiber_.wait();
  return redis_.set_fence(fence.epoch) ? Fenced::set : Fenced::newer;
}

StartRedis::Fenced StartRedis::reset(std::int64_t epoch) {
  fiber_.wait();
  if (redis_.fence > epoch) return Fenced::newer;
  return redis_.reset(epoch) ? Fenced::set : Fenced::failed;
}

std::optional<std::vector<std::pair<std::string, std::int64_t>>> StartRedis::load_stock() {
  fiber_.wait();
  return std::vector<std::pair<std::string, std::int64_t>>(redis_.stock.begin(), redis_.stock.end());
}

std::optional<engine::Store::Applied> StartRedis::write(const engine::Store::Batch& batch, engine::Duration) {
  fiber_.wait();
  return redis_.apply(batch);
}

StartTail::StartTail(const Partition& partition, Fiber& fiber, const Begin& begin, std::string_view unknown)
    : partition_(partition),
      fiber_(fiber),
      unknown_(unknown),
      checkpoint_(begin.checkpoint),
      next_(checkpoint_.offset < 0 ? partition.begin() : checkpoint_.offset),
      rule_(checkpoint_.offset < 0 ? tape::ReaderRule()
                                   : tape::ReaderRule(checkpoint_.epoch, checkpoint_.seq, begin.opening_id)) {
}

/// The record at the checkpoint must be the one that Redis remembers.
StartTail::Judged StartTail::find(std::chrono::steady_clock::time_point) {
  fiber_.wait();
  if (checkpoint_.offset < 0) return {};
  if (next_ >= partition_.end()) return {Outcome::wrong_topic, "Redis is ahead of the log"};
  const Partition::Entry& entry = partition_.at(next_);
  const tape::Heading heading = headings_.parse(next_, entry.value, {});
  ++next_;
  const bool the_one = checkpoint_.seq == 0
                           ? heading.epoch_started && heading.offset == checkpoint_.epoch
                           : heading.epoch == checkpoint_.epoch && heading.seq == checkpoint_.seq;
  if (!entry.occupied || !the_one) return {Outcome::wrong_topic, "Redis has reached another record"};
  if (heading.epoch_started) rule_ = tape::ReaderRule(checkpoint_.epoch, checkpoint_.seq, heading.opening_id);
  return {};
}

StartTail::ReadStatus StartTail::next(engine::Duration, Record& out, tape::Reading& reading) {
  if (next_ == partition_.end()) {
    fiber_.wait();
    return ReadStatus::end;
  }
  if (next_ % 16 == 0) fiber_.wait();  // a fetch brings many
  const tape::Offset offset = next_++;
  const Partition::Entry& entry = partition_.at(offset);
  if (!entry.occupied) return ReadStatus::nothing;
  out = {headings_.parse(offset, entry.value, {}), entry.key, entry.value, {}};
  if (!unknown_.empty() && out.heading.type == unknown_) {
    renamed_ = entry.value;
    out.value = renamed_.replace(renamed_.find(unknown_), unknown_.size(), "OfTomorrow");
  }
  reading = rule_.read(out.heading);
  return ReadStatus::record;
}

}  // namespace sim
