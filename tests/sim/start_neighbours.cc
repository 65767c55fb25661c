#include "tests/sim/start_neighbours.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/codec/cloud_event.h"

namespace sim {
namespace {

engine::Setback wrong(std::string text) {
  return {engine::Setback::Kind::do_not_belong_together, std::move(text)};
}

}  // namespace

std::optional<StartRedis::Loaded> StartRedis::load() {
  fiber_.wait();
  Loaded loaded{.checkpoint = redis_.checkpoint,
                .opening = redis_.opening,
                .fence = redis_.fence,
                .fingerprint = redis_.fingerprint,
                .contents = redis_.contents,
                .recent = redis_.recent.size()};
  loaded.requests = redis_.requests;
  if (redis_.listed) loaded.recent_then = *redis_.listed;
  return loaded;
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

std::optional<StartRedis::Stock> StartRedis::load_stock() {
  fiber_.wait();
  return Stock(redis_.stock.begin(), redis_.stock.end());
}

std::optional<engine::Store::Applied> StartRedis::write(const engine::Store::Batch& batch, engine::Duration) {
  fiber_.wait();
  return redis_.apply(batch);
}

bool StartRedis::load_live(const TakeLive& take) {
  fiber_.wait();
  const std::set<saga::OrderId> ids = redis_.live;
  for (const saga::OrderId& id : ids) {
    fiber_.wait();
    const auto document = redis_.orders.find(id);
    const bool there = document != redis_.orders.end();
    if (!take(id.str(), there ? std::optional<std::string_view>{document->second} : std::nullopt))
      return false;
  }
  return true;
}

bool StartRedis::load_documents(std::span<const std::string_view> ids, const TakeLive& take) {
  fiber_.wait();
  for (const std::string_view id : ids) {
    const auto document = redis_.orders.find(*saga::OrderId::parse(id));
    const bool there = document != redis_.orders.end();
    if (!take(id, there ? std::optional<std::string_view>{document->second} : std::nullopt)) return false;
  }
  return true;
}

bool StartRedis::load_recent(std::size_t count, engine::Duration, const TakeLive& take) {
  fiber_.wait();
  std::vector<saga::OrderId> ids(redis_.recent.begin(), redis_.recent.end());
  ids.resize(std::min(ids.size(), count));
  for (const saga::OrderId& id : ids) {
    if (ids.size() > 1 && id.bytes.back() % 4 == 0) fiber_.wait();
    const auto document = redis_.orders.find(id);
    const bool there = document != redis_.orders.end();
    if (!take(id.str(), there ? std::optional<std::string_view>{document->second} : std::nullopt))
      return false;
  }
  return true;
}

StartTail::StartTail(const Partition& partition, Fiber& fiber, const engine::LogBegin& begin,
                     std::string_view unknown)
    : partition_(partition),
      fiber_(fiber),
      unknown_(unknown),
      checkpoint_(begin.checkpoint),
      next_(checkpoint_.offset < 0 ? partition.begin() : checkpoint_.offset),
      rule_(checkpoint_.offset < 0 ? tape::ReaderRule()
                                   : tape::ReaderRule(checkpoint_.epoch, checkpoint_.seq, begin.opening_id)) {
}

/// The record at the checkpoint must be the one that Redis remembers.
engine::Result<engine::Setback> StartTail::find() {
  fiber_.wait();
  if (checkpoint_.offset < 0) return {};
  if (next_ >= partition_.end()) return wrong("Redis is ahead of the log");
  const Partition::Entry& entry = partition_.at(next_);
  const tape::Heading heading = headings_.parse(next_, entry.value, {});
  ++next_;
  const bool the_one = checkpoint_.seq == 0
                           ? heading.epoch_started && heading.offset == checkpoint_.epoch
                           : heading.epoch == checkpoint_.epoch && heading.seq == checkpoint_.seq;
  if (!entry.occupied || !the_one) return wrong("Redis has reached another record");
  if (heading.epoch_started) rule_ = tape::ReaderRule(checkpoint_.epoch, checkpoint_.seq, heading.opening_id);
  return {};
}

engine::ReadStatus StartTail::next(engine::Duration, engine::LogRecord& out, tape::Reading& reading) {
  if (next_ == partition_.end()) {
    fiber_.wait();
    return engine::ReadStatus::end;
  }
  if (next_ % 16 == 0) fiber_.wait();  // a fetch brings many
  const tape::Offset offset = next_++;
  const Partition::Entry& entry = partition_.at(offset);
  if (!entry.occupied) return engine::ReadStatus::nothing;
  out = {headings_.parse(offset, entry.value, {}), entry.key, entry.value, {}};
  if (!unknown_.empty() && out.heading.type == unknown_) {
    renamed_ = entry.value;
    out.value = renamed_.replace(renamed_.find(unknown_), unknown_.size(), "OfTomorrow");
  }
  reading = rule_.read(out.heading);
  return engine::ReadStatus::record;
}

StartLog::Opening StartLog::open(const Request& request) {
  std::string text;
  codec::CloudEvents{{.type_prefix = type_prefix_}}.render(text, {.opening_id = request.opening_id,
                                                                  .engine_id = name_,
                                                                  .checkpoint = request.begin.checkpoint,
                                                                  .at = request.at});
  fiber_.wait();
  const std::int64_t epoch = partition_.append("", text);
  fiber_.wait();
  if (faults_.strikes(Fault::opening_copied) && !partition_.opened_since(epoch)) partition_.append("", text);
  return {.epoch = epoch};
}

}  // namespace sim
