#include "handlers/notification.h"

#include <algorithm>

#include "engine/seeded_bug.h"

namespace handlers {

using tape::MailOutcome;

Outcome NotificationHandler::handle(const tape::Task& task, engine::Time now) {
  if (task.kind != tape::TaskKind::mail_result) return submit(*task.record, now);
  return settle(*task.record, static_cast<MailOutcome>(task.code), now);
}

Outcome NotificationHandler::submit(tape::Record& record, engine::Time now) {
  if (away_ > 0 && now >= deadline(record))
    return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
  mailer_.submit({.record = &record,
                  .what = record.state == saga::State::undone ? saga::MailTemplate::order_cancelled
                                                              : saga::MailTemplate::shipping_confirmation,
                  .at = SEEDED_BUG(mail_resent_changed) ? record.last_at + engine::Duration{record.attempts}
                                                        : record.last_at,
                  .reason = record.turned_by});
  return Outcome::pending();
}

Outcome NotificationHandler::settle(tape::Record& record, MailOutcome outcome, engine::Time now) {
  if (outcome != MailOutcome::away) away_ = 0;
  switch (outcome) {
    case MailOutcome::sent:
      return Decision{saga::EventKind::NotificationSent};
    case MailOutcome::refused:
      return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
    case MailOutcome::unknown:
      if (record.mail_unknown && !SEEDED_BUG(mail_unknown_forever))
        return Decision{saga::EventKind::NotificationSent};
      record.mail_unknown = true;
      break;
    case MailOutcome::transient:
    case MailOutcome::away:
      break;
  }
  return give_back(record, outcome, now);
}

Outcome NotificationHandler::give_back(tape::Record& record, MailOutcome outcome, engine::Time now) {
  if (now >= deadline(record))
    return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
  record.mail_due = outcome == MailOutcome::away ? next_asking(record, now) : next_attempt(record, now);
  backlog_.push({&record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)});
  return Outcome::pending();
}

engine::Time NotificationHandler::next_attempt(tape::Record& record, engine::Time now) {
  const std::uint32_t attempts = record.attempts.load(std::memory_order_relaxed) + 1;
  record.attempts.store(attempts, std::memory_order_relaxed);
  return std::min(now + backoff(retry_, record, attempts), deadline(record));
}

/// Mails under way together find the server away together: that counts once.
engine::Time NotificationHandler::next_asking(const tape::Record& record, engine::Time now) {
  if (away_ == 0 || now >= ask_again_) ask_again_ = now + backoff(retry_, record, ++away_);
  return ask_again_;
}

engine::Time NotificationHandler::deadline(const tape::Record& record) const {
  return record.step_since + retry_.deadline;
}

}  // namespace handlers
