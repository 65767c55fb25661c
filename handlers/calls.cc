#include "handlers/calls.h"

#include <algorithm>
#include <utility>

#include "engine/ensure.h"
#include "engine/saga/table.h"
#include "engine/saga/trace.h"

namespace handlers {

void Calls::ask(tape::Record& record) {
  ENSURE(record.asking.call == 0 && !record.asking.queued);
  if (participant_ == nullptr) return;  // its event is on the topic
  record.asking.queued = true;
  queue_of(record).push_back(&record);
  go_on();
}

void Calls::go_on() {
  while (called_.size() < rules_.at_once) {
    // Thousands that are answered later are asked for again and again; the others' call is not to wait behind
    // them, and theirs is not to wait for ever.
    const bool again = first_.empty() || (!again_.empty() && last_id_ % 8 == 0);
    auto& queue = again ? again_ : first_;
    if (queue.empty() || !begin(*queue.front())) return;
    queue.pop_front();
  }
}

std::deque<tape::Record*>& Calls::queue_of(const tape::Record& record) {
  return record.asking.calls > 0 || record.asking.unknown ? again_ : first_;
}

bool Calls::begin(tape::Record& record) {
  const saga::Turn turn = saga::turn_of(record.state);
  const std::uint64_t id = last_id_ + 1;
  if (!participant_->ask({.id = id,
                          .turn = turn,
                          .key = saga::effect_key(record.order.id, turn),
                          .body = events_.render_turn(record),
                          .attempt = record.asking.calls + 1,
                          .traceparent = std::string{record.order.traceparent},
                          .step_span = saga::span_of_step(record.order.id, record.step + 1)}))
    return false;
  last_id_ = id;
  called_.emplace(id, &record);
  record.asking.queued = false;
  record.asking.call = id;
  ++record.asking.calls;
  return true;
}

tape::Record* Calls::find(const tape::Answer& answer) const {
  if (answer.call != 0) {
    const auto called = called_.find(answer.call);
    return called == called_.end() ? nullptr : called->second;
  }
  tape::Record& record = *answer.record;
  const bool kept = record.kept_by.load(std::memory_order_relaxed) == saga::handler_of(answer.turn);
  return kept && answer.turn == saga::due_or_parked_turn(record.state) ? &record : nullptr;
}

void Calls::answered(tape::Record& record, const tape::Answer& answer, engine::Time shown) {
  if (answer.call != 0) called_.erase(std::exchange(record.asking.call, 0));
  if (answer.said.by.empty()) note(record, answer, shown);  // a person's word ends no call
}

void Calls::note(tape::Record& record, const tape::Answer& answer, engine::Time shown) {
  const saga::Turn turn = saga::due_or_parked_turn(record.state);
  const bool decided = answer.verdict == tape::Answer::Verdict::decided;
  std::string came_to = decided ? std::string{saga::name(answer.kind)} : answer.why;
  if (came_to.empty()) came_to = answer.verdict == tape::Answer::Verdict::later ? "later" : "not now";
  record.calls_ended.note({.turn = turn,
                           .key = saga::effect_key(record.order.id, turn),
                           .attempts = record.asking.calls,
                           .answer = std::move(came_to),
                           .step = decided ? record.step + 1 : 0,
                           .at = shown});
}

void Calls::leave(tape::Record& record, bool parked) {
  tape::Asking& asking = record.asking;
  if (asking.queued) {
    auto& queue = queue_of(record);
    queue.erase(std::find(queue.begin(), queue.end(), &record));
  }
  asking.queued = false;
  if (const std::uint64_t call = std::exchange(asking.call, 0); call != 0) {
    called_.erase(call);
    if (!participant_->withdraw(call)) asking.unknown = true;
  }
  const std::lock_guard lock(mutex_);
  const auto said = later_.find(record.order.id);
  if (said == later_.end()) return;
  if (!parked) {
    later_.erase(said);
  } else {
    said->second = {.error = std::move(said->second.error)};
  }
}

void Calls::failed(const tape::Record& record, std::string why) {
  const std::lock_guard lock(mutex_);
  later_[record.order.id].error = std::move(why);
}

void Calls::later(tape::Record& record, const tape::Answer& answer, engine::Time now) {
  tape::Asking& asking = record.asking;
  if (asking.later_until == engine::Time{}) asking.later_until = now + rules_.answer_deadline;
  const std::lock_guard lock(mutex_);
  later_.insert_or_assign(record.order.id, answer.later);
}

engine::Time Calls::due(const tape::Record& record, engine::Time due) const {
  if (record.asking.later_until != engine::Time{}) return record.asking.later_until;
  return participant_ == nullptr ? record.step_since + rules_.answer_deadline : due;
}

bool Calls::unknown(const tape::Record& record) const {
  return participant_ == nullptr || record.asking.unknown;
}

std::optional<tape::SaidLater> Calls::waiting(const saga::OrderId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = later_.find(id);
  if (found == later_.end()) return std::nullopt;
  return found->second;
}

}  // namespace handlers
