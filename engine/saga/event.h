// The saga's vocabulary: kinds of events, states of an order, handlers, reasons, and the names they have
// outside. The words are those of the topic, the API and Redis; a change here is a breaking change.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace saga {

enum class EventKind : std::uint8_t {
  OrderPlaced,
  PaymentConfirmed,
  PaymentNotAuthorized,
  InventoryUpdated,
  InventoryInsufficient,
  ShippingConfirmed,
  ShippingFailed,
  InventoryReleased,
  PaymentRefunded,
  OrderCancelRequested,
  OrderCancelled,
  NotificationSent,
  NotificationFailed,
  OrderParked,
  OrderResumed,
  MailRequested,
  // A call was sent to whoever does the work outside, and its outcome never came.
  PaymentUnresolved,
  InventoryUnresolved,
  ShippingUnresolved,
  ShippingRecalled,
  PaymentCaptured,
  StockSet,      // about a sku, not an order
  EpochStarted,  // about the log itself
};
inline constexpr std::size_t event_kinds = 23;

enum class State : std::uint8_t {
  none,  // before OrderPlaced
  placed,
  paid,
  reserved,
  shipped,
  capturing,  // ShippingConfirmed has happened, PaymentCaptured is due; `shipped` outside
  captured,
  completed,
  recalling,
  releasing,
  refunding,
  cancelling,  // OrderCancelled is due
  undone,      // OrderCancelled has happened, its mail is due; `cancelling` outside
  cancelled,
  // Each waits for a person, and is `parked` outside.
  parked_refunding,
  parked_releasing,
  parked_recalling,
  parked_capturing,
  // The mail of an order that has ended is due again; outside it is still what it was.
  completed_mailing,
  cancelled_mailing,
};
inline constexpr std::size_t states = 20;

enum class HandlerId : std::uint8_t { order, payment, inventory, shipping, notification, nobody };
inline constexpr std::size_t handlers = 5;

enum class Reason : std::uint8_t {
  none,
  payment_declined,
  out_of_stock,
  shipping_failed,
  customer_request,
  deadline,
  unavailable,
  unresolved,
  mail_refused,
};
inline constexpr std::size_t reasons = 9;

enum class MailTemplate : std::uint8_t { shipping_confirmation, order_cancelled };

std::string_view name(EventKind kind);
std::string_view name(State state);  // the status outside; `none` has the empty one
std::string_view name(HandlerId handler);
std::string_view name(Reason reason);  // `none` has the empty one
std::string_view name(MailTemplate mail);

std::optional<EventKind> find_event_kind(std::string_view name);
/// What stands before the kind's name in a type, with whatever prefix; nothing: it names no kind of this
/// version.
std::optional<std::string_view> type_prefix(std::string_view type);
std::optional<State> find_state(std::string_view name);
std::optional<Reason> find_reason(std::string_view name);

constexpr bool ended(State state) { return state == State::completed || state == State::cancelled; }
/// Had ended before: somebody has asked for its mail again.
constexpr bool mailing_again(State state) {
  return state == State::completed_mailing || state == State::cancelled_mailing;
}

/// Waits for a person.
constexpr bool parked(State state) {
  return state == State::parked_capturing || state == State::parked_recalling ||
         state == State::parked_releasing || state == State::parked_refunding;
}

}  // namespace saga
