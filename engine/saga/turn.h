// A turn: what a handler has to do for an order now, and with which events whoever does it may answer. It is what an
// event's extension `turn` says, and, behind the order's id, the key of the effect. Who has it follows from the state.
//
// Thread: any; pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/saga/event.h"
#include "engine/saga/id.h"

namespace saga {

enum class Turn : std::uint8_t {
  payment_charge,
  payment_capture,
  payment_undo,
  inventory_reserve,
  inventory_release,
  shipping_ship,
  shipping_recall,
  notification_send,
  none,
};
inline constexpr std::size_t turns = 8;

/// "payment.charge", as the events have it; `none` has the empty one.
std::string_view name(Turn turn);
std::optional<Turn> find_turn(std::string_view name);

struct TurnRules {
  State state;  // in which it is due; notification's is due in several
  HandlerId handler;
  std::array<EventKind, 2> answers;  // first the one that says it was done; the same twice: there is no other
  Turn undoes = Turn::none;          // the turn whose effect it takes back
  std::optional<EventKind> unresolved{};  // what ends it when nobody knows whether it was done
};

// clang-format off
inline constexpr std::array<TurnRules, turns> turn_rules{{
    {State::placed,    HandlerId::payment,      {EventKind::PaymentConfirmed,  EventKind::PaymentNotAuthorized},  Turn::none,              EventKind::PaymentUnresolved},
    {State::capturing, HandlerId::payment,      {EventKind::PaymentCaptured,   EventKind::PaymentCaptured}},
    {State::refunding, HandlerId::payment,      {EventKind::PaymentRefunded,   EventKind::PaymentRefunded},       Turn::payment_charge},
    {State::paid,      HandlerId::inventory,    {EventKind::InventoryUpdated,  EventKind::InventoryInsufficient}, Turn::none,              EventKind::InventoryUnresolved},
    {State::releasing, HandlerId::inventory,    {EventKind::InventoryReleased, EventKind::InventoryReleased},     Turn::inventory_reserve},
    {State::reserved,  HandlerId::shipping,     {EventKind::ShippingConfirmed, EventKind::ShippingFailed},        Turn::none,              EventKind::ShippingUnresolved},
    {State::recalling, HandlerId::shipping,     {EventKind::ShippingRecalled,  EventKind::ShippingConfirmed},     Turn::shipping_ship},  // the second: too late
    {State::shipped,   HandlerId::notification, {EventKind::NotificationSent,  EventKind::NotificationFailed}},
}};
// clang-format on

constexpr const TurnRules& rules_of(Turn turn) { return turn_rules[static_cast<std::size_t>(turn)]; }
constexpr HandlerId handler_of(Turn turn) { return rules_of(turn).handler; }

/// The event types an answer to this turn may have.
constexpr std::span<const EventKind> answers(Turn turn) {
  const auto& both = rules_of(turn).answers;
  return std::span(both).first(both[0] == both[1] ? 1 : 2);
}

constexpr bool answers(Turn turn, EventKind kind) {
  const auto& both = rules_of(turn).answers;
  return both[0] == kind || both[1] == kind;
}

/// Whose turns such an event answers; nobody's: it answers none.
constexpr HandlerId answered_by(EventKind kind) {
  for (const TurnRules& rules : turn_rules) {
    if (rules.answers[0] == kind || rules.answers[1] == kind) return rules.handler;
  }
  return HandlerId::nobody;
}

/// Why an order goes back when somebody outside says no.
constexpr Reason reason_of(EventKind answer) {
  switch (answer) {
    case EventKind::PaymentNotAuthorized:
      return Reason::payment_declined;
    case EventKind::InventoryInsufficient:
      return Reason::out_of_stock;
    case EventKind::ShippingFailed:
      return Reason::shipping_failed;
    case EventKind::NotificationFailed:
      return Reason::mail_refused;
    default:
      return Reason::none;
  }
}

/// Whose turn it is in a state.
constexpr Turn turn_of(State state) {
  switch (state) {
    case State::captured:
    case State::undone:
    case State::completed_mailing:
    case State::cancelled_mailing:
      return Turn::notification_send;
    default:
      break;
  }
  for (std::size_t i = 0; i < turns; ++i) {
    if (turn_rules[i].state == state) return static_cast<Turn>(i);
  }
  return Turn::none;
}

/// The turn that a parked order waits for a person to send on, or to settle.
constexpr Turn parked_turn(State state) {
  switch (state) {
    case State::parked_refunding:
      return Turn::payment_undo;
    case State::parked_releasing:
      return Turn::inventory_release;
    case State::parked_recalling:
      return Turn::shipping_recall;
    case State::parked_capturing:
      return Turn::payment_capture;
    default:
      return Turn::none;
  }
}

/// The one that is due, or would be if the order were not parked.
constexpr Turn due_or_parked_turn(State state) {
  const Turn due = turn_of(state);
  return due != Turn::none ? due : parked_turn(state);
}

/// "<orderId>.<turn>", the key of the effect, which every call for it names.
std::string effect_key(const OrderId& id, Turn turn);
/// The same of one mail: its template stands behind the turn, and of one that is asked for again the step that asks.
std::string mail_key(const OrderId& id, MailTemplate mail, std::uint32_t again);

}  // namespace saga
