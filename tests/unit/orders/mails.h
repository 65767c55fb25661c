// The mail backlog on a tape whose events are acked at once, with a notification, a mail server and a store
// that are played by the test: tokens are popped from notification's inbox, and what came back is pushed.
#pragma once

#include "engine/orders/mail_backlog.h"

#include <string>
#include <utility>
#include <vector>

#include "engine/codec/document.h"
#include "engine/tape/advance.h"
#include "tests/catch.h"
#include "tests/world/core.h"
#include "tests/world/held_store.h"
#include "tests/world/make_order.h"

namespace tests {

using namespace std::chrono_literals;
using Found = engine::Store::DocumentListener::Found;
using tape::MailOutcome;

struct Mails : Core {
  explicit Mails(orders::MailBounds with = {.under_way = 2, .waiting = 5, .deadline = 24h})
      : Core({.live = 8, .bytes = 1 << 20, .finished = 100, .capacity = 8 + with.under_way}),
        bounds(with),
        backlog(with, tape, orders, dispatch, store, parker, clock.now()),
        back(backlog.returned_tokens()) {
    release.add_listener(backlog);
    orders.open_intake();
  }

  /// A record of an order as another engine left it, shipped a moment ago, or only paid.
  tape::Record* left_behind(unsigned n, bool shipped = true) {
    tape::Record* const record = tape::Record::create(make_order(n).order);
    using saga::EventKind;
    for (const EventKind kind : {EventKind::OrderPlaced, EventKind::PaymentConfirmed,
                                 EventKind::InventoryUpdated, EventKind::ShippingConfirmed}) {
      if (kind == EventKind::InventoryUpdated && !shipped) break;
      REQUIRE(tape::advance(*record, {kind, saga::Reason::none, clock.now(), 1000 * n + record->step}) ==
              saga::Verdict::apply);
    }
    return record;
  }
  /// What the store has of it.
  void keep(const tape::Record& record) {
    std::string& document = store.documents[record.order.id];
    document.clear();
    codec::render_document(record, document);
  }

  /// An order whose ShippingConfirmed is acked.
  tape::Record* ship(unsigned n) {
    tape::Record* const record = orders.admit(make_order(n).order).record;
    if (record == nullptr) return nullptr;
    tape.room().take(3);
    append(*record, saga::EventKind::OrderPlaced, saga::State::placed);
    append(*record, saga::EventKind::PaymentConfirmed, saga::State::paid);
    append(*record, saga::EventKind::InventoryUpdated, saga::State::reserved);
    append(*record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
    ack();
    keep(*record);
    return record;
  }
  void append(tape::Record& record, saga::EventKind kind, saga::State state) {
    record.state = state;
    record.last_at = record.step_since = clock.now();
    const bool mail = state == saga::State::shipped;
    tape.append({.record = &record,
                 .at = clock.now(),
                 .step = ++record.step,
                 .kind = kind,
                 .state = state,
                 .at_ack = mail ? saga::HandlerId::notification : saga::HandlerId::nobody});
  }
  void ack() {
    ack_all();
    turn();
  }
  void turn() {
    for (int work = 1; work > 0;) work = release.do_work(clock.now()) + backlog.do_work(clock.now());
  }
  void after(engine::Duration time) {
    clock.advance(time);
    turn();
  }
  /// The store has all of it.
  void stored(tape::Record& record) {
    record.stored_step = record.step_count;
    turn();
  }
  /// The next token that notification got; nullptr: none.
  tape::Record* token() { return Core::token(saga::HandlerId::notification); }
  void give_back(tape::Record& record, MailOutcome outcome, engine::Duration due) {
    record.mail_due = clock.now() + due;
    if (outcome != MailOutcome::away) record.attempts.fetch_add(1);
    back.push({&record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)});
    turn();
  }
  void sent(tape::Record& record) {
    tape.room().take(1);
    append(record, saga::EventKind::NotificationSent, saga::State::completed);
    ack();
    orders.finish(record, "{}");
  }
  std::size_t live() const { return orders.counts().live; }
  unsigned number(const tape::Record& record) const { return record.order.id.bytes[0]; }

  const orders::MailBounds bounds;
  HeldStore store;
  orders::MailBacklog backlog;
  orders::TaskInbox::Producer back;
};

/// `count` orders shipped and spilled, the first `under_way` of them with notification.
inline std::vector<tape::Record*> fill(Mails& mails, unsigned count) {
  std::vector<tape::Record*> records;
  for (unsigned n = 1; n <= count; ++n) {
    tape::Record* const record = mails.ship(n);
    REQUIRE(record != nullptr);
    mails.stored(*record);
    if (n <= mails.bounds.under_way) records.push_back(mails.token());
  }
  return records;
}

}  // namespace tests
