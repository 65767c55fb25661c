#include "engine/tape/advance.h"

#include "tests/catch.h"
#include "tests/world/make_order.h"

using saga::EventKind;
using saga::Reason;
using saga::State;

namespace {

/// One step, as its holder and the reactor take it or as a start reads it.
void step(tape::Record& record, bool read, EventKind kind, State to, Reason reason = Reason::none) {
  const auto offset = static_cast<std::int64_t>(record.step);
  if (read) {
    REQUIRE(tape::advance(record, {kind, reason, {}, offset}) == saga::Verdict::apply);
  } else {
    tape::take_step(record, kind, to, reason, {});
    tape::show_step(record, {{}, offset, kind, to, reason});
  }
  REQUIRE(record.state == to);
  REQUIRE(record.status == to);
}

}  // namespace

TEST_CASE("the first reason counts, and another mail that is refused changes neither it nor the status") {
  const bool read = GENERATE(false, true);
  auto made = tests::make_order(1);
  const tape::OwnedRecord record(tape::Record::create(made.order));
  step(*record, read, EventKind::OrderPlaced, State::placed);
  SECTION("of an order that went well") {
    step(*record, read, EventKind::PaymentConfirmed, State::paid);
    step(*record, read, EventKind::InventoryUpdated, State::reserved);
    step(*record, read, EventKind::ShippingConfirmed, State::shipped);
    step(*record, read, EventKind::NotificationSent, State::completed);
    step(*record, read, EventKind::MailRequested, State::completed_mailing);
    CHECK(saga::name(record->status) == "completed");
    step(*record, read, EventKind::NotificationFailed, State::completed, Reason::mail_refused);
    CHECK(record->reason == Reason::none);
    CHECK(record->turned_by == Reason::none);
  }
  SECTION("of an order that was cancelled") {
    step(*record, read, EventKind::PaymentNotAuthorized, State::cancelling, Reason::payment_declined);
    step(*record, read, EventKind::OrderCancelled, State::undone, Reason::payment_declined);
    step(*record, read, EventKind::NotificationFailed, State::cancelled, Reason::mail_refused);
    step(*record, read, EventKind::MailRequested, State::cancelled_mailing);
    CHECK(saga::name(record->status) == "cancelled");
    step(*record, read, EventKind::NotificationFailed, State::cancelled, Reason::mail_refused);
    CHECK(record->reason == Reason::payment_declined);
    CHECK(record->turned_by == Reason::payment_declined);
  }
}
