// Every way an order can take through the saga's table, as far as an end, as often parked as is told, and its
// mail asked for again once; and
// a record that goes such a way the way the engine makes it go.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/orders/orders.h"
#include "engine/saga/table.h"
#include "engine/tape/advance.h"
#include "tests/world/make_order.h"

namespace tests {

using Path = std::vector<saga::EventKind>;

inline void walk(saga::State state, saga::Capture capture, Path& path, std::ptrdiff_t parkings,
                 std::vector<Path>& all) {
  if (!path.empty()) all.push_back(path);
  for (const saga::Row& row : saga::rows) {
    if (row.from != state || !row.holds(capture)) continue;
    if (row.on == saga::EventKind::OrderParked &&
        std::count(path.begin(), path.end(), saga::EventKind::OrderParked) == parkings)
      continue;
    if (row.on == saga::EventKind::MailRequested && std::count(path.begin(), path.end(), row.on) == 1)
      continue;
    path.push_back(row.on);
    walk(row.to, capture, path, parkings, all);
    path.pop_back();
  }
}

/// All of them and all their beginnings.
inline std::vector<Path> paths(std::ptrdiff_t parkings, saga::Capture capture = saga::Capture::at_once) {
  std::vector<Path> all;
  Path path;
  walk(saga::State::none, capture, path, parkings, all);
  return all;
}

inline saga::Reason reason_of(saga::EventKind kind, saga::Reason turned_by) {
  using saga::EventKind;
  switch (kind) {
    case EventKind::PaymentNotAuthorized:
      return saga::Reason::payment_declined;
    case EventKind::InventoryInsufficient:
      return saga::Reason::out_of_stock;
    case EventKind::ShippingFailed:
      return saga::Reason::shipping_failed;
    case EventKind::OrderCancelRequested:
      return saga::Reason::customer_request;
    case EventKind::PaymentUnresolved:
    case EventKind::InventoryUnresolved:
    case EventKind::ShippingUnresolved:
      return saga::Reason::unresolved;
    case EventKind::OrderCancelled:
      return turned_by;
    case EventKind::OrderParked:
      return saga::Reason::deadline;
    case EventKind::NotificationFailed:
      return saga::Reason::mail_refused;
    default:
      return saga::Reason::none;
  }
}

inline constexpr engine::Time path_begins{1'767'355'200'123'456'000};

/// Orders that go where they are told, one event at a time.
class Walker {
 public:
  Walker() { orders_.open_intake(); }

  tape::Record& place(const saga::Order& draft) { return *orders_.admit(draft).record; }

  /// The next step, as its handler and release do it. The returned event is complete.
  tape::Event step(tape::Record& record, saga::EventKind kind) {
    using saga::EventKind;
    if (kind == EventKind::MailRequested) record.ask_for_mail(record.step + 1);
    const saga::Reason reason = reason_of(kind, record.turned_by);
    tape::take_step(record, kind, saga::advance(record.state, kind, record.order.capture).to, reason,
                    path_begins + std::chrono::microseconds{1'000'001} * record.step);
    if (kind == EventKind::PaymentConfirmed) record.payment_reference = tape::ShortText("pay \"1\"");
    if (kind == EventKind::PaymentRefunded) record.refund_reference = tape::ShortText("back");
    if (kind == EventKind::ShippingConfirmed) record.tracking_number = tape::ShortText("SIM\\\"\n1");
    // What was said outside; of some kinds there is a place for it in the record itself.
    if (kind == EventKind::PaymentCaptured || kind == EventKind::ShippingRecalled)
      record.keep_answer(kind, {.reference = "cap \"1\"", .data = R"({"shipping":{"a":[1,2]},"n":1e999})"});
    if (kind == EventKind::PaymentUnresolved || kind == EventKind::ShippingUnresolved)
      record.keep_answer(kind, {.attempts = 3});
    if (kind == EventKind::OrderCancelRequested) record.keep_answer(kind, {.by = "till \"2\""});
    if (kind == EventKind::OrderResumed) record.retry_by = "desk";
    if (kind == EventKind::NotificationFailed) record.mail_answer = "550 5.1.1 no \"such\\user, I am sorry";
    for (std::size_t i = 0; i < record.lines_left.size(); ++i) {
      if (i % 3 == 1) continue;  // untracked
      if (kind == EventKind::InventoryUpdated) record.lines_left[i] = 98 - static_cast<std::int64_t>(i);
      if (kind == EventKind::InventoryInsufficient) record.lines_left[i] = 0;  // all of them are short
      if (kind == EventKind::InventoryReleased) record.lines_after[i] = 99;
    }
    const tape::Event event{.record = &record,
                            .at = record.last_at,
                            .step = record.step,
                            .kind = kind,
                            .state = record.state,
                            .reason = reason};
    orders_.acked(event, 1000 + 7 * static_cast<tape::Offset>(record.step));
    return event;
  }

  tape::Record& go(const saga::Order& draft, const Path& path) {
    tape::Record& record = place(draft);
    for (const saga::EventKind kind : path) step(record, kind);
    return record;
  }

 private:
  tape::Room room_{1 << 16, 1};
  orders::Orders orders_{{.live = 1 << 15, .bytes = 1 << 30, .finished = 0}, room_};
};

}  // namespace tests
