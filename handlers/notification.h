// Mails the customer. It gets the token from the mail backlog when ShippingConfirmed or OrderCancelled is
// acked, hands the mail to the mailer, and holds the token until the mailer says how it went. A mail that can
// never go, or did not by its deadline, ends the order with NotificationFailed. One that may be tried again
// goes back to the backlog with the time for that. An order that had ended arrives here when its mail is
// asked for again: that is MailRequested, and at its ack a mail as any other, under an id of its own.
//
// An answer concerns its mail alone. If `several` recipients in a row got the same answer, it concerns the
// server, which then counts as away. A mail that was sent whole and never answered is tried again with the
// same bytes, so that the receiver can tell copies by their Message-ID; after as many attempts and as long a
// time as SilenceRules say it counts as sent, unconfirmed.
//
// Thread: notification's.
// Invariants: a token is ended here or given back, never kept.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "engine/orders/inboxes.h"
#include "engine/ports.h"
#include "engine/saga/turn.h"
#include "handlers/handler.h"
#include "handlers/retry.h"

namespace handlers {

/// When a mail that was sent whole and never answered counts as sent.
struct SilenceRules {
  std::uint32_t attempts = 5;
  engine::Duration time = std::chrono::minutes{10};  // between the first and the last
};

class NotificationHandler final : public Handler {
 public:
  /// Of the rules it takes backoff and deadline, which counts from the mail's event. `backlog` takes
  /// what has to be tried again. `mailer`: nullptr: the stage waits for whoever sends the mails over the topic, and asks
  /// only what MailRequested and giving up are.
  NotificationHandler(engine::Mailer* mailer, const RetryRules& retry, orders::TaskInbox& backlog,
                      const SilenceRules& silence = {})
      : mailer_(mailer), retry_(retry), silence_(silence), backlog_(backlog) {}

  saga::HandlerId id() const override { return saga::HandlerId::notification; }
  Outcome handle(const tape::Task& task, engine::Time now) override;
  /// One that arrives has no mail due yet: that it is asked for is this handler's to say.
  bool asks_outside(const tape::Record& record) const override {
    return saga::turn_of(record.state) == saga::Turn::notification_send;
  }
  Decision given_up(const tape::Record&, saga::Reason) const override {
    return {saga::EventKind::NotificationFailed, saga::Reason::mail_refused};
  }

 private:
  Outcome submit(tape::Record& record, engine::Time now);
  Outcome settle(tape::Record& record, tape::MailOutcome outcome, engine::Time now);
  bool believed(tape::Record& record, engine::Time now) const;
  bool answered_alike(const tape::Record& record);
  Outcome give_back(tape::Record& record, tape::MailOutcome outcome, engine::Time now);
  engine::Time due_again(tape::Record& record, tape::MailOutcome outcome, engine::Time now);
  engine::Time next_attempt(tape::Record& record, engine::Time now);
  engine::Time next_asking(const tape::Record& record, engine::Time now);
  engine::Time deadline(const tape::Record& record) const;

  engine::Mailer* const mailer_;
  const RetryRules retry_;
  const SilenceRules silence_;
  orders::TaskInbox::Producer backlog_;
  std::uint32_t away_ = 0;    // how often in a row the server could not be asked
  engine::Time ask_again_{};  // when it may be again
  std::string away_answer_;   // what was said then

  // The last answer, as far as it is the same for everybody, and who was given it in a row.
  static constexpr std::size_t several = 3;
  std::string answer_;
  std::array<std::size_t, several> recipients_{};  // hashes of their addresses
  std::size_t recipient_count_ = 0;
};

}  // namespace handlers
