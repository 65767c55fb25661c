#include "handlers/notification.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace handlers {

using tape::MailOutcome;

Outcome NotificationHandler::handle(const tape::Task& task, engine::Time now) {
  if (task.kind == tape::TaskKind::arrival) return Decision{saga::EventKind::MailRequested};
  if (task.kind != tape::TaskKind::mail_result) return submit(*task.record, now);
  return settle(*task.record, static_cast<MailOutcome>(task.code), now);
}

Outcome NotificationHandler::submit(tape::Record& record, engine::Time now) {
  if (away_ > 0 && now >= deadline(record)) {
    record.mail_answer = away_answer_;
    return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
  }
  mailer_->submit({.record = &record,
                   .what = saga::mail_of(record.state),
                   .again = record.mail_step,
                   .at = record.last_at,
                   .reason = record.turned_by});
  return Outcome::pending();
}

Outcome NotificationHandler::settle(tape::Record& record, MailOutcome outcome, engine::Time now) {
  if (outcome != MailOutcome::transient && outcome != MailOutcome::away) recipient_count_ = 0;
  if (outcome == MailOutcome::transient && answered_alike(record)) outcome = MailOutcome::away;
  if (outcome == MailOutcome::away) {
    away_answer_ = record.mail_answer;
  } else {
    away_ = 0;
  }
  switch (outcome) {
    case MailOutcome::sent:
      return Decision{saga::EventKind::NotificationSent};
    case MailOutcome::refused:
      return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
    case MailOutcome::unknown:
      if (!believed(record, now)) break;
      record.mail_unconfirmed = true;
      return Decision{saga::EventKind::NotificationSent};
    case MailOutcome::transient:
    case MailOutcome::away:
    case MailOutcome::later:
      break;
  }
  return give_back(record, outcome, now);
}

/// Whether this mail, which has got no answer once more, counts as sent.
bool NotificationHandler::believed(tape::Record& record, engine::Time now) const {
  if (record.mails_unanswered++ == 0) record.mail_unanswered_at = now;
  return record.mails_unanswered >= silence_.attempts && now >= record.mail_unanswered_at + silence_.time;
}

/// Whether the mails to several recipients in a row got the same answer. Only the codes are compared, since
/// the text may name an address; "no answer" is one kind of its own.
bool NotificationHandler::answered_alike(const tape::Record& record) {
  const std::string_view answer = record.mail_answer;
  const std::size_t end = std::min(answer.find_first_not_of("0123456789. "), answer.size());
  const std::string_view codes = answer.substr(0, end);
  if (recipient_count_ == 0 || codes != answer_) {
    recipient_count_ = 0;
    answer_ = codes;
  }
  const std::size_t recipient = std::hash<std::string_view>{}(record.order.email);
  const auto known = recipients_.begin() + static_cast<std::ptrdiff_t>(recipient_count_);
  if (recipient_count_ < several && std::find(recipients_.begin(), known, recipient) == known)
    recipients_[recipient_count_++] = recipient;
  return recipient_count_ == several;
}

Outcome NotificationHandler::give_back(tape::Record& record, MailOutcome outcome, engine::Time now) {
  if (now >= deadline(record))
    return Decision{saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
  record.mail_due = due_again(record, outcome, now);
  // After the attempt that makes it count as sent there is no other: each may be one more mail to the
  // customer.
  if (outcome == MailOutcome::unknown && record.mails_unanswered >= silence_.attempts)
    record.mail_due =
        std::max(record.mail_due, std::min(record.mail_unanswered_at + silence_.time, deadline(record)));
  backlog_.push({&record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)});
  return Outcome::pending();
}

engine::Time NotificationHandler::due_again(tape::Record& record, MailOutcome outcome, engine::Time now) {
  // What an answer asks for is heard, but by a server that is away: one mail at a time asks whether it is back.
  const engine::Duration pause = std::exchange(record.mail_pause, engine::Duration::zero());
  if (outcome == MailOutcome::away) return next_asking(record, now);
  if (outcome != MailOutcome::later)
    return std::min(std::max(next_attempt(record, now), now + pause), deadline(record));
  return std::min(now + (pause > engine::Duration::zero() ? pause : retry_.backoff_max), deadline(record));
}

engine::Time NotificationHandler::next_attempt(tape::Record& record, engine::Time now) {
  const std::uint32_t attempts = record.attempts.load(std::memory_order_relaxed) + 1;
  record.attempts.store(attempts, std::memory_order_relaxed);
  return std::min(now + backoff(retry_, record, attempts), deadline(record));
}

/// Several mails that were under way when the server went away count as one failure of it.
engine::Time NotificationHandler::next_asking(const tape::Record& record, engine::Time now) {
  if (away_ == 0 || now >= ask_again_) ask_again_ = now + backoff(retry_, record, ++away_);
  return ask_again_;
}

engine::Time NotificationHandler::deadline(const tape::Record& record) const {
  return record.step_since + retry_.deadline;
}

}  // namespace handlers
