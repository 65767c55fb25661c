// The mail backlog on a tape whose events are acked at once, with a notification, a mail server and a store
// that are played by the test: tokens are popped from notification's inbox, and what came back is pushed.
#pragma once

#include "engine/orders/mail_backlog.h"

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/codec/document.h"
#include "engine/orders/release.h"
#include "engine/runtime/clock.h"
#include "engine/tape/advance.h"
#include "tests/catch.h"
#include "tests/make_order.h"
#include "tests/unit/orders/ack_all.h"

namespace tests {

using namespace std::chrono_literals;
using Found = engine::Store::DocumentListener::Found;
using tape::MailOutcome;

/// Answers a find when it is told to, or at once that it is unavailable.
class HeldStore final : public engine::Store {
 public:
  bool submit(const Batch&) override { return false; }
  std::optional<Applied> result() override { return std::nullopt; }
  void find(const saga::OrderId& id, DocumentListener& listener) override {
    asked.emplace_back(id, &listener);
  }
  void forget(DocumentListener& listener) override {
    std::erase_if(asked, [&](const auto& question) { return question.second == &listener; });
  }
  bool connected() const override { return up; }
  void answer(Found found = Found::yes) {
    for (auto questions = std::exchange(asked, {}); const auto& [id, listener] : questions)
      listener->found(found, found == Found::yes ? std::string_view{documents.at(id)} : std::string_view{});
  }

  std::map<saga::OrderId, std::string> documents;
  std::deque<std::pair<saga::OrderId, DocumentListener*>> asked;
  bool up = true;
};

struct Mails {
  explicit Mails(orders::MailBounds with = {.under_way = 2, .waiting = 5, .deadline = 24h})
      : bounds(with),
        orders({.live = 8, .bytes = 1 << 20, .finished = 100, .capacity = 8 + with.under_way}, tape.room()),
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
    ack_all(tape, transcript);
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
  tape::Record* token() {
    tape::Task task;
    return inboxes.of(saga::HandlerId::notification).pop({&task, 1}) == 1 ? task.record : nullptr;
  }
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
  runtime::ManualClock clock;
  runtime::FutexParker parker;
  tape::Tape tape{1 << 10, 1 << 8};
  tape::Transcript transcript{1 << 16, 1 << 11, 1 << 15, 64};
  orders::Orders orders;
  orders::Stock stock;
  orders::Inboxes inboxes{16, 1, {&parker, &parker, &parker, &parker, &parker}};
  orders::Dispatch dispatch{inboxes, tape.room()};
  orders::Release release{tape, transcript, parker, orders, stock, dispatch};
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
