// Mails the customer. It gets the token from the mail backlog when ShippingConfirmed or OrderCancelled is
// acked, hands the mail to the mailer, and holds the token until the mailer says how it went. A mail that can
// never go, or did not by its deadline, ends the order with NotificationFailed. One that may be tried again
// goes back to the backlog with the time for that. An answer that never came after the whole mail was sent is
// tried again once, with the same bytes: the same Message-ID lets the receiver drop the second.
//
// Thread: notification's. Invariants: a token is ended here or given back, never kept.
#pragma once

#include "engine/orders/inboxes.h"
#include "engine/ports.h"
#include "handlers/handler.h"
#include "handlers/retry.h"

namespace handlers {

class NotificationHandler final : public Handler {
 public:
  /// Of the rules it takes backoff and deadline, which counts from the mail's event. `backlog` takes
  /// what has to be tried again.
  NotificationHandler(engine::Mailer& mailer, const RetryRules& retry, orders::TaskInbox& backlog)
      : mailer_(mailer), retry_(retry), backlog_(backlog) {}

  saga::HandlerId id() const override { return saga::HandlerId::notification; }
  Outcome handle(const tape::Task& task, engine::Time now) override;

 private:
  Outcome submit(tape::Record& record, engine::Time now);
  Outcome settle(tape::Record& record, tape::MailOutcome outcome, engine::Time now);
  Outcome give_back(tape::Record& record, tape::MailOutcome outcome, engine::Time now);
  engine::Time next_attempt(tape::Record& record, engine::Time now);
  engine::Time next_asking(const tape::Record& record, engine::Time now);
  engine::Time deadline(const tape::Record& record) const;

  engine::Mailer& mailer_;
  const RetryRules retry_;
  orders::TaskInbox::Producer backlog_;
  std::uint32_t away_ = 0;    // how often in a row the server could not be asked
  engine::Time ask_again_{};  // when it may be again
};

}  // namespace handlers
