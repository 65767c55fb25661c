#include "handlers/stage.h"

#include "engine/ensure.h"
#include "engine/saga/table.h"

namespace handlers {

Stage::Stage(Handler& handler, tape::Tape& tape, const Inboxes& inboxes)
    : handler_(handler), tape_(tape), inbox_(*inboxes[static_cast<std::size_t>(handler.id())]) {
  for (std::size_t i = 0; i < inboxes.size(); ++i) {
    if (saga::hands_ahead(handler.id(), static_cast<saga::HandlerId>(i))) to_[i].emplace(*inboxes[i]);
  }
}

int Stage::do_work(runtime::Time now) {
  const int woken = handler_.wake(now);
  if (inbox_.size_approx() == 0) return woken;
  std::size_t room = tape_.room().take(engine::limits::stage_batch);
  if (room == 0) return woken;  // the store's give() wakes this worker

  std::array<tape::Task, engine::limits::stage_batch> batch;
  const std::size_t count = inbox_.pop(std::span{batch}.first(room));
  std::size_t appended = 0;
  for (const tape::Task& task : std::span{batch}.first(count)) {
    if (task.kind == tape::TaskKind::arrival) ++room;  // it brings the one taken at admission
    const std::optional<Decision> decision = handler_.handle(task, now);
    if (!decision) continue;
    append(*task.record, *decision, now);
    ++appended;
  }
  hand_on();
  if (appended > 0) tape_.announce();
  tape_.room().give(room - appended);
  events_.add(appended);
  return woken + static_cast<int>(count);
}

void Stage::append(tape::Record& record, const Decision& decision, runtime::Time now) {
  const saga::Transition& transition = saga::advance(record.state, decision.kind);
  ENSURE(transition.verdict == saga::Verdict::apply);
  const bool at_ack = transition.when == saga::HandOn::at_ack;
  record.state = transition.to;
  if (record.turned_by == saga::Reason::none) record.turned_by = decision.reason;
  record.last_at = now;
  tape_.append({.record = &record,
                .at = now,
                .step = ++record.step,
                .kind = decision.kind,
                .state = transition.to,
                .reason = decision.reason,
                .at_ack = at_ack ? transition.next : saga::HandlerId::nobody});
  if (at_ack || transition.next == saga::HandlerId::nobody) return;  // from here on the record is not ours
  if (transition.next != leaving_to_) hand_on();
  leaving_to_ = transition.next;
  leaving_[leaving_count_++] = {&record, tape::TaskKind::token, 0};
}

void Stage::hand_on() {
  if (leaving_count_ == 0) return;
  to_[static_cast<std::size_t>(leaving_to_)]->push(
      std::span<const tape::Task>{leaving_}.first(leaving_count_));
  leaving_count_ = 0;
}

}  // namespace handlers
