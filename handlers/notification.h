// Mails the customer. It gets the token when ShippingConfirmed or OrderCancelled is acked, hands the mail to
// the mailer, and holds the token until the mailer says how it went. What may be tried again is, by the
// stage's rules; what can never go ends the order with NotificationFailed. An answer that never came after
// the whole mail was sent is tried again once, with the same bytes: the same Message-ID lets the receiver
// drop the second.
#pragma once

#include "engine/ports.h"
#include "handlers/handler.h"

namespace handlers {

class NotificationHandler final : public Handler {
 public:
  explicit NotificationHandler(engine::Mailer& mailer) : mailer_(mailer) {}

  saga::HandlerId id() const override { return saga::HandlerId::notification; }
  Outcome handle(const tape::Task& task, engine::Time now) override;
  Decision given_up(const tape::Record&, saga::Reason) const override {
    return {saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
  }

 private:
  Outcome submit(tape::Record& record);

  engine::Mailer& mailer_;
};

}  // namespace handlers
