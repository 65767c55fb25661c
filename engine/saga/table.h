// The saga itself, as data: for a state and an event, the state that follows, who acts next, and whether the
// order is handed on at once or only when the event is acknowledged. Handlers decide what happened; only this
// table decides what comes next. Compensation is more rows. The matrix is total: a pair without a row has the
// verdict that follows from the rows (below). tests/unit/saga/table.golden is its printed form.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "engine/saga/event.h"

namespace saga {

enum class Verdict : std::uint8_t {
  refuse,     // cannot happen: a bug, or a log that is not ours
  apply,      // there is a row
  duplicate,  // it lies behind an order in this state already, or may: nothing is done twice
};
enum class HandOn : std::uint8_t {
  ahead,   // as soon as the event is on the tape: the next step has no effect outside
  at_ack,  // when Kafka has acknowledged it: the next step speaks to the outside
};

struct Transition {
  Verdict verdict = Verdict::refuse;
  State to = State::none;
  HandlerId next = HandlerId::nobody;
  HandOn when = HandOn::ahead;
};

struct Row {
  State from;
  EventKind on;
  State to;
  HandlerId next;
  HandOn when;
};

// clang-format off
inline constexpr std::array rows{
    // Forwards.
    Row{State::none,       EventKind::OrderPlaced,           State::placed,     HandlerId::payment,      HandOn::ahead},
    Row{State::placed,     EventKind::PaymentConfirmed,      State::paid,       HandlerId::inventory,    HandOn::ahead},
    Row{State::paid,       EventKind::InventoryUpdated,      State::reserved,   HandlerId::shipping,     HandOn::ahead},
    Row{State::reserved,   EventKind::ShippingConfirmed,     State::shipped,    HandlerId::notification, HandOn::at_ack},
    Row{State::shipped,    EventKind::NotificationSent,      State::completed,  HandlerId::nobody,       HandOn::ahead},
    Row{State::shipped,    EventKind::NotificationFailed,    State::completed,  HandlerId::nobody,       HandOn::ahead},
    // A cancel by the customer turns the order round as long as it is not shipped; the first undo due comes next.
    Row{State::placed,     EventKind::OrderCancelRequested,  State::cancelling, HandlerId::order,        HandOn::ahead},
    Row{State::paid,       EventKind::OrderCancelRequested,  State::refunding,  HandlerId::payment,      HandOn::ahead},
    Row{State::reserved,   EventKind::OrderCancelRequested,  State::releasing,  HandlerId::inventory,    HandOn::ahead},
    // A step that fails turns the order round: what was done is undone, last first.
    Row{State::placed,     EventKind::PaymentNotAuthorized,  State::cancelling, HandlerId::order,        HandOn::ahead},
    Row{State::paid,       EventKind::InventoryInsufficient, State::refunding,  HandlerId::payment,      HandOn::ahead},
    Row{State::reserved,   EventKind::ShippingFailed,        State::releasing,  HandlerId::inventory,    HandOn::ahead},
    // Backwards.
    Row{State::releasing,  EventKind::InventoryReleased,     State::refunding,  HandlerId::payment,      HandOn::ahead},
    Row{State::refunding,  EventKind::PaymentRefunded,       State::cancelling, HandlerId::order,        HandOn::ahead},
    // The one undo that needs somebody outside may have to wait for a person.
    Row{State::refunding,  EventKind::OrderParked,           State::parked,     HandlerId::payment,      HandOn::ahead},
    Row{State::parked,     EventKind::OrderResumed,          State::refunding,  HandlerId::payment,      HandOn::ahead},
    Row{State::cancelling, EventKind::OrderCancelled,        State::undone,     HandlerId::notification, HandOn::at_ack},
    Row{State::undone,     EventKind::NotificationSent,      State::cancelled,  HandlerId::nobody,       HandOn::ahead},
    Row{State::undone,     EventKind::NotificationFailed,    State::cancelled,  HandlerId::nobody,       HandOn::ahead},
    // Somebody asks for the last mail again. The order had ended, and ends again as what it was.
    Row{State::completed,         EventKind::MailRequested,      State::completed_mailing, HandlerId::notification, HandOn::at_ack},
    Row{State::completed_mailing, EventKind::NotificationSent,   State::completed,         HandlerId::nobody,       HandOn::ahead},
    Row{State::completed_mailing, EventKind::NotificationFailed, State::completed,         HandlerId::nobody,       HandOn::ahead},
    Row{State::cancelled,         EventKind::MailRequested,      State::cancelled_mailing, HandlerId::notification, HandOn::at_ack},
    Row{State::cancelled_mailing, EventKind::NotificationSent,   State::cancelled,         HandlerId::nobody,       HandOn::ahead},
    Row{State::cancelled_mailing, EventKind::NotificationFailed, State::cancelled,         HandlerId::nobody,       HandOn::ahead},
};
// clang-format on

/// The order goes back, or has gone back to its end.
constexpr bool backwards(State state) {
  return state == State::releasing || state == State::refunding || state == State::cancelling ||
         state == State::undone || state == State::cancelled || state == State::cancelled_mailing ||
         state == State::parked;
}

/// The mail of an order in this state: the one that is due, or the last that was.
constexpr MailTemplate mail_of(State state) {
  return backwards(state) ? MailTemplate::order_cancelled : MailTemplate::shipping_confirmation;
}

/// Whether a handler may keep an order waiting, for its provider's answer or for the next attempt: those are
/// poked when somebody requests something of the order. Not notification, though it too waits for somebody
/// outside: a mail that is to be tried again goes back to the mail backlog.
constexpr bool may_keep_waiting(HandlerId handler) {
  return handler == HandlerId::payment || handler == HandlerId::shipping;
}

/// Whether an order can be in `to` after having been in `from`.
constexpr bool reaches(State from, State to) {
  std::array<bool, states> reached{};
  reached[static_cast<std::size_t>(from)] = true;
  for (bool grows = true; grows;) {
    grows = false;
    for (const Row& row : rows) {
      if (!reached[static_cast<std::size_t>(row.from)] || reached[static_cast<std::size_t>(row.to)]) continue;
      reached[static_cast<std::size_t>(row.to)] = grows = true;
    }
  }
  return reached[static_cast<std::size_t>(to)];
}

/// The answer to a pair without a row.
constexpr Verdict verdict_without_row(State state, EventKind event) {
  for (const Row& row : rows) {
    if (row.on == event && reaches(row.to, state)) return Verdict::duplicate;
  }
  return Verdict::refuse;
}

using Matrix = std::array<std::array<Transition, event_kinds>, states>;

constexpr Matrix expand() {
  Matrix matrix{};
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < event_kinds; ++e)
      matrix[s][e].verdict = verdict_without_row(static_cast<State>(s), static_cast<EventKind>(e));
  }
  for (const Row& row : rows) {
    matrix[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.on)] = {Verdict::apply, row.to,
                                                                                    row.next, row.when};
  }
  return matrix;
}
inline constexpr Matrix matrix = expand();

constexpr const Transition& advance(State state, EventKind event) {
  return matrix[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
}

/// Whether every state that can be entered has a way on to an end.
constexpr bool every_state_ends() {
  std::array<bool, states> ends{};
  for (std::size_t s = 0; s < states; ++s) ends[s] = ended(static_cast<State>(s));
  for (std::size_t round = 0; round < states; ++round) {
    for (const Row& row : rows) {
      if (ends[static_cast<std::size_t>(row.to)]) ends[static_cast<std::size_t>(row.from)] = true;
    }
  }
  for (const Row& row : rows) {
    if (!ends[static_cast<std::size_t>(row.to)] || !ends[static_cast<std::size_t>(row.from)]) return false;
  }
  return true;
}

constexpr bool each_pair_has_one_row() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[i].from == rows[j].from && rows[i].on == rows[j].on) return false;
    }
  }
  return true;
}

/// An end is an end: nobody acts after it, and it is left only for another mail, which leads back to it.
constexpr bool ends_are_final() {
  for (const Row& row : rows) {
    if (ended(row.from) != (row.on == EventKind::MailRequested)) return false;
    if (ended(row.to) != (row.next == HandlerId::nobody)) return false;
    if (!mailing_again(row.to)) continue;
    for (const Row& back : rows) {
      if (back.from == row.to && back.to != row.from) return false;
    }
  }
  return true;
}

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
    if (row.when == HandOn::ahead && row.next == to && holder(row.from) == from) return true;
  }
  return false;
}

/// The only token that waits for an ack is that of an order whose mail is due.
constexpr bool only_mails_wait_for_acks() {
  for (const Row& row : rows) {
    if ((row.when == HandOn::at_ack) != (row.next == HandlerId::notification)) return false;
  }
  return true;
}

static_assert(each_pair_has_one_row());
static_assert(every_state_ends());
static_assert(ends_are_final());
static_assert(only_mails_wait_for_acks());

/// The whole matrix as text, one line a (state, event) pair.
std::string print_table();

}  // namespace saga
