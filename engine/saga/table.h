// The saga itself, as data: for a state and an event, the state that follows and who acts next. Handlers decide what
// happened; only this table decides what comes next. Compensation is more rows. The matrix is total: a pair without a
// row has the verdict that follows from the rows (below). table_proofs.cc holds what must be true of it, and
// tests/unit/saga/table.golden is its printed form.
//
// Two things are not the same for every shop, and are data beside the rows: when a payment is captured, for which some
// rows have two forms (an order keeps to the one it was placed with), and whose work is done outside (Outside), for
// which an order is handed on only when its event is acknowledged.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "engine/saga/event.h"
#include "engine/saga/turn.h"

namespace saga {

enum class Verdict : std::uint8_t {
  refuse,     // cannot happen: a bug, or a log that is not ours
  apply,      // there is a row
  duplicate,  // it lies behind an order in this state already, or may: nothing is done twice
};
/// When the money of an order is taken.
enum class Capture : std::uint8_t {
  at_once,
  with_shipment,  // authorised at first, and captured when the order has been shipped
};
inline constexpr std::size_t captures = 2;

struct Transition {
  Verdict verdict = Verdict::refuse;
  State to = State::none;
  HandlerId next = HandlerId::nobody;
};

/// Of which orders a row is true.
enum class With : std::uint8_t { any, capture_at_once, capture_with_shipment };

struct Row {
  State from;
  EventKind on;
  State to;
  HandlerId next;
  With with = With::any;

  constexpr bool holds(Capture capture) const {
    return with == With::any || (with == With::capture_with_shipment) == (capture == Capture::with_shipment);
  }
};

// clang-format off
inline constexpr std::array rows{
    // Forwards.
    Row{State::none,       EventKind::OrderPlaced,           State::placed,     HandlerId::payment},
    Row{State::placed,     EventKind::PaymentConfirmed,      State::paid,       HandlerId::inventory},
    Row{State::paid,       EventKind::InventoryUpdated,      State::reserved,   HandlerId::shipping},
    Row{State::reserved,   EventKind::ShippingConfirmed,     State::shipped,    HandlerId::notification, With::capture_at_once},
    Row{State::reserved,   EventKind::ShippingConfirmed,     State::capturing,  HandlerId::payment,      With::capture_with_shipment},
    Row{State::capturing,  EventKind::PaymentCaptured,       State::captured,   HandlerId::notification},
    Row{State::shipped,    EventKind::NotificationSent,      State::completed,  HandlerId::nobody},
    Row{State::shipped,    EventKind::NotificationFailed,    State::completed,  HandlerId::nobody},
    Row{State::captured,   EventKind::NotificationSent,      State::completed,  HandlerId::nobody},
    Row{State::captured,   EventKind::NotificationFailed,    State::completed,  HandlerId::nobody},
    // A cancel by the customer turns the order round as long as it is not shipped; the first undo due comes next.
    Row{State::placed,     EventKind::OrderCancelRequested,  State::cancelling, HandlerId::order},
    Row{State::paid,       EventKind::OrderCancelRequested,  State::refunding,  HandlerId::payment},
    Row{State::reserved,   EventKind::OrderCancelRequested,  State::releasing,  HandlerId::inventory},
    // A step that fails turns the order round: what was done is undone, last first.
    Row{State::placed,     EventKind::PaymentNotAuthorized,  State::cancelling, HandlerId::order},
    Row{State::paid,       EventKind::InventoryInsufficient, State::refunding,  HandlerId::payment},
    Row{State::reserved,   EventKind::ShippingFailed,        State::releasing,  HandlerId::inventory},
    // A step of which nobody knows whether it was done: it is undone as well.
    Row{State::placed,     EventKind::PaymentUnresolved,     State::refunding,  HandlerId::payment},
    Row{State::paid,       EventKind::InventoryUnresolved,   State::releasing,  HandlerId::inventory},
    Row{State::reserved,   EventKind::ShippingUnresolved,    State::recalling,  HandlerId::shipping},
    // Backwards. A parcel that is on its way cannot be recalled: the order goes on forwards.
    Row{State::recalling,  EventKind::ShippingRecalled,      State::releasing,  HandlerId::inventory},
    Row{State::recalling,  EventKind::ShippingConfirmed,     State::shipped,    HandlerId::notification, With::capture_at_once},
    Row{State::recalling,  EventKind::ShippingConfirmed,     State::capturing,  HandlerId::payment,      With::capture_with_shipment},
    Row{State::releasing,  EventKind::InventoryReleased,     State::refunding,  HandlerId::payment},
    Row{State::refunding,  EventKind::PaymentRefunded,       State::cancelling, HandlerId::order},
    Row{State::cancelling, EventKind::OrderCancelled,        State::undone,     HandlerId::notification},
    Row{State::undone,     EventKind::NotificationSent,      State::cancelled,  HandlerId::nobody},
    Row{State::undone,     EventKind::NotificationFailed,    State::cancelled,  HandlerId::nobody},
    // An undo or a capture that could not be made waits for a person, who sends it on or says how it was settled.
    Row{State::capturing,  EventKind::OrderParked,           State::parked_capturing, HandlerId::payment},
    Row{State::recalling,  EventKind::OrderParked,           State::parked_recalling, HandlerId::shipping},
    Row{State::releasing,  EventKind::OrderParked,           State::parked_releasing, HandlerId::inventory},
    Row{State::refunding,  EventKind::OrderParked,           State::parked_refunding, HandlerId::payment},
    Row{State::parked_capturing, EventKind::OrderResumed,      State::capturing,  HandlerId::payment},
    Row{State::parked_recalling, EventKind::OrderResumed,      State::recalling,  HandlerId::shipping},
    Row{State::parked_releasing, EventKind::OrderResumed,      State::releasing,  HandlerId::inventory},
    Row{State::parked_refunding, EventKind::OrderResumed,      State::refunding,  HandlerId::payment},
    Row{State::parked_capturing, EventKind::PaymentCaptured,   State::captured,   HandlerId::notification},
    Row{State::parked_recalling, EventKind::ShippingRecalled,  State::releasing,  HandlerId::inventory},
    Row{State::parked_recalling, EventKind::ShippingConfirmed, State::shipped,    HandlerId::notification, With::capture_at_once},
    Row{State::parked_recalling, EventKind::ShippingConfirmed, State::capturing,  HandlerId::payment,      With::capture_with_shipment},
    Row{State::parked_releasing, EventKind::InventoryReleased, State::refunding,  HandlerId::payment},
    Row{State::parked_refunding, EventKind::PaymentRefunded,   State::cancelling, HandlerId::order},
    // Somebody asks for the last mail again. The order had ended, and ends again as what it was.
    Row{State::completed,         EventKind::MailRequested,      State::completed_mailing, HandlerId::notification},
    Row{State::completed_mailing, EventKind::NotificationSent,   State::completed,         HandlerId::nobody},
    Row{State::completed_mailing, EventKind::NotificationFailed, State::completed,         HandlerId::nobody},
    Row{State::cancelled,         EventKind::MailRequested,      State::cancelled_mailing, HandlerId::notification},
    Row{State::cancelled_mailing, EventKind::NotificationSent,   State::cancelled,         HandlerId::nobody},
    Row{State::cancelled_mailing, EventKind::NotificationFailed, State::cancelled,         HandlerId::nobody},
};
// clang-format on

/// The order goes back, or has gone back to its end.
constexpr bool backwards(State state) {
  switch (state) {
    case State::recalling:
    case State::releasing:
    case State::refunding:
    case State::cancelling:
    case State::undone:
    case State::cancelled:
    case State::cancelled_mailing:
    case State::parked_recalling:
    case State::parked_releasing:
    case State::parked_refunding:
      return true;
    default:
      return false;
  }
}

/// What had stopped an order is over: why it had does not count any more.
constexpr bool goes_on_forwards(State from, State to) {
  return !backwards(to) && !parked(to) && (backwards(from) || parked(from)) && !mailing_again(to);
}

/// A step forwards that may be given up, for what was done before it can be undone. All others are done, or wait for a
/// person.
constexpr bool may_be_given_up(State state) { return !backwards(state) && state != State::capturing; }

/// The mail of an order in this state: the one that is due, or the last that was.
constexpr MailTemplate mail_of(State state) {
  return backwards(state) ? MailTemplate::order_cancelled : MailTemplate::shipping_confirmation;
}

/// Whether a handler may keep an order waiting, for its provider's answer or for the next attempt: those are
/// poked when somebody requests something of the order. Not notification, though it too waits for somebody
/// outside: a mail that is to be tried again goes back to the mail backlog.
constexpr bool may_keep_waiting(HandlerId handler) {
  return handler == HandlerId::payment || handler == HandlerId::inventory || handler == HandlerId::shipping;
}

using Reached = std::array<std::array<bool, states>, states>;

constexpr Reached find_reached() {
  Reached found{};
  for (std::size_t from = 0; from < states; ++from) {
    std::array<bool, states>& reached = found[from];
    reached[from] = true;
    for (bool grows = true; grows;) {
      grows = false;
      for (const Row& row : rows) {
        if (!reached[static_cast<std::size_t>(row.from)] || reached[static_cast<std::size_t>(row.to)])
          continue;
        reached[static_cast<std::size_t>(row.to)] = grows = true;
      }
    }
  }
  return found;
}
inline constexpr Reached reached = find_reached();

/// Whether an order can be in `to` after having been in `from`.
constexpr bool reaches(State from, State to) {
  return reached[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

/// The answer to a pair without a row.
constexpr Verdict verdict_without_row(State state, EventKind event) {
  for (const Row& row : rows) {
    if (row.on == event && reaches(row.to, state)) return Verdict::duplicate;
  }
  return Verdict::refuse;
}

using Matrix = std::array<std::array<Transition, event_kinds>, states>;

constexpr Matrix expand(Capture capture) {
  Matrix matrix{};
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < event_kinds; ++e)
      matrix[s][e].verdict = verdict_without_row(static_cast<State>(s), static_cast<EventKind>(e));
  }
  for (const Row& row : rows) {
    if (!row.holds(capture)) continue;
    matrix[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.on)] = {Verdict::apply, row.to,
                                                                                    row.next};
  }
  return matrix;
}
inline constexpr std::array<Matrix, captures> matrices{expand(Capture::at_once),
                                                       expand(Capture::with_shipment)};

constexpr const Transition& advance(State state, EventKind event, Capture capture) {
  return matrices[static_cast<std::size_t>(capture)][static_cast<std::size_t>(state)]
                 [static_cast<std::size_t>(event)];
}
/// Whether there is such a step does not depend on when the payment is captured.
constexpr Verdict verdict(State state, EventKind event) {
  return advance(state, event, Capture::at_once).verdict;
}

/// Whose work is done by somebody outside.
class Outside {
 public:
  constexpr Outside() { of(HandlerId::notification) = true; }  // it is, by a mail server if by nobody else
  constexpr bool& of(HandlerId handler) { return outside_[static_cast<std::size_t>(handler)]; }
  /// Whether `next` is given an order only when the event that hands it on is acknowledged, for it speaks to the
  /// outside (law 3). Else it is given it as soon as the event is on the tape.
  constexpr bool waits_for_ack(HandlerId next) const {
    return next != HandlerId::nobody && outside_[static_cast<std::size_t>(next)];
  }
  /// Whether the order waits in this turn for an answer that may come without being asked for. A mail's only comes from who
  /// sends it.
  constexpr bool waits_for_answer(Turn turn) const {
    return turn != Turn::none && turn != Turn::notification_send && waits_for_ack(handler_of(turn));
  }
  /// Mails are sent, and answered, by whoever listens to the topic.
  bool mails_by_topic = false;

 private:
  std::array<bool, handlers> outside_{};
};

constexpr std::array<bool, event_kinds> find_repeatable() {
  std::array<bool, event_kinds> found{};
  for (const Row& row : rows) {
    if (reaches(row.to, row.from)) found[static_cast<std::size_t>(row.on)] = true;
  }
  return found;
}
inline constexpr std::array<bool, event_kinds> repeatable_kinds = find_repeatable();
/// Whether such an event may happen to one order more than once: its row is part of a circle.
constexpr bool repeatable(EventKind kind) { return repeatable_kinds[static_cast<std::size_t>(kind)]; }

/// Who holds an order's token in a state: whoever the rows that lead there name.
constexpr HandlerId holder(State state) {
  if (state == State::none) return HandlerId::order;
  for (const Row& row : rows) {
    if (row.to == state) return row.next;
  }
  return HandlerId::nobody;
}

/// Whether one handler ever hands tokens to another ahead of the ack.
constexpr bool hands_ahead(HandlerId from, HandlerId to) {
  for (const Row& row : rows) {
    if (row.next == to && !Outside{}.waits_for_ack(to) && holder(row.from) == from) return true;
  }
  return false;
}

/// The whole matrix as text, one line a (state, event) pair; where they differ, one for each Capture.
std::string print_table();

}  // namespace saga
