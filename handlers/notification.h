// Mails the customer. It gets the token when ShippingConfirmed or OrderCancelled is acked, hands the mail to
// the mailer, and holds the token until the mailer says how it went. What may be tried again waits in the
// timing wheel, with doubling backoff, until the deadline since the event; what can never go ends the order
// with NotificationFailed. An answer that never came after the whole mail was sent is tried again once, with
// the same bytes: the same Message-ID lets the receiver drop the second.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/ports.h"
#include "engine/runtime/timers.h"
#include "handlers/handler.h"

namespace handlers {

struct MailRetry {
  engine::Duration backoff;
  engine::Duration backoff_max;
  engine::Duration deadline;  // since the event
};

class NotificationHandler final : public Handler {
 public:
  NotificationHandler(engine::Mailer& mailer, const MailRetry& retry, engine::Time start);

  saga::HandlerId id() const override { return saga::HandlerId::notification; }
  std::optional<Decision> handle(const tape::Task& task, engine::Time now) override;
  int wake(engine::Time now) override { return timers_.advance(now); }
  engine::Time next_deadline() const override { return timers_.next(); }

 private:
  /// An order whose mail did not go at the first attempt.
  struct Waiting final : runtime::Timer {
    Waiting(NotificationHandler& of, tape::Record& whose) : handler(of), record(whose) {}
    void fire(engine::Time) override { handler.submit(record); }
    NotificationHandler& handler;
    tape::Record& record;
    std::uint32_t attempts = 0;
    bool unknown_before = false;
  };

  void submit(tape::Record& record);
  std::optional<Decision> handle_result(tape::Record& record, tape::MailOutcome outcome, engine::Time now);

  engine::Mailer& mailer_;
  const MailRetry retry_;
  runtime::Timers timers_;
  std::unordered_map<const tape::Record*, std::unique_ptr<Waiting>> waiting_;
};

}  // namespace handlers
