#include "handlers/notification.h"

namespace handlers {

Outcome NotificationHandler::handle(const tape::Task& task, engine::Time) {
  tape::Record& record = *task.record;
  if (task.kind != tape::TaskKind::mail_result) return submit(record);
  switch (static_cast<tape::MailOutcome>(task.code)) {
    case tape::MailOutcome::sent:
      return Decision{saga::EventKind::NotificationSent};
    case tape::MailOutcome::refused:
      return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
    case tape::MailOutcome::transient:
      return Outcome::transient();
    case tape::MailOutcome::unknown:
      break;
  }
  if (record.mail_unknown) return Decision{saga::EventKind::NotificationSent};
  record.mail_unknown = true;
  return Outcome::transient();
}

Outcome NotificationHandler::submit(tape::Record& record) {
  mailer_.submit({.record = &record,
                  .what = record.state == saga::State::undone ? saga::MailTemplate::order_cancelled
                                                              : saga::MailTemplate::shipping_confirmation,
                  .at = record.last_at,
                  .reason = record.turned_by});
  return Outcome::pending();
}

}  // namespace handlers
