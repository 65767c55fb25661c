#include "handlers/notification.h"

#include <algorithm>

namespace handlers {

NotificationHandler::NotificationHandler(engine::Mailer& mailer, const MailRetry& retry, engine::Time start)
    : mailer_(mailer), retry_(retry), timers_(start) {}

std::optional<Decision> NotificationHandler::handle(const tape::Task& task, engine::Time now) {
  if (task.kind == tape::TaskKind::mail_result) {
    return handle_result(*task.record, static_cast<tape::MailOutcome>(task.code), now);
  }
  submit(*task.record);
  return std::nullopt;
}

void NotificationHandler::submit(tape::Record& record) {
  mailer_.submit({.record = &record,
                  .what = record.state == saga::State::undone ? saga::MailTemplate::order_cancelled
                                                              : saga::MailTemplate::shipping_confirmation,
                  .at = record.last_at,
                  .reason = record.turned_by});
}

std::optional<Decision> NotificationHandler::handle_result(tape::Record& record, tape::MailOutcome outcome,
                                                           engine::Time now) {
  const auto known = waiting_.find(&record);
  const bool unknown_again =
      outcome == tape::MailOutcome::unknown && known != waiting_.end() && known->second->unknown_before;
  if (outcome == tape::MailOutcome::sent || unknown_again) {
    if (known != waiting_.end()) waiting_.erase(known);
    return Decision{saga::EventKind::NotificationSent};
  }
  const std::uint32_t attempts = known == waiting_.end() ? 0 : known->second->attempts;
  const engine::Duration wait =
      std::min(retry_.backoff * (std::int64_t{1} << std::min(attempts, 20U)), retry_.backoff_max);
  if (outcome == tape::MailOutcome::refused || now + wait > record.last_at + retry_.deadline) {
    if (known != waiting_.end()) waiting_.erase(known);
    return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
  }
  std::unique_ptr<Waiting>& waiting = waiting_[&record];
  if (waiting == nullptr) waiting = std::make_unique<Waiting>(*this, record);
  ++waiting->attempts;
  if (outcome == tape::MailOutcome::unknown) waiting->unknown_before = true;
  timers_.arm(*waiting, now + wait);
  return std::nullopt;
}

}  // namespace handlers
