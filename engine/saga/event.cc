#include "engine/saga/event.h"

namespace saga {
namespace {

constexpr std::array<std::string_view, event_kinds> kind_names{
    "OrderPlaced",           "PaymentConfirmed",
    "PaymentNotAuthorized",  "InventoryUpdated",
    "InventoryInsufficient", "ShippingConfirmed",
    "ShippingFailed",        "InventoryReleased",
    "PaymentRefunded",       "OrderCancelRequested",
    "OrderCancelled",        "NotificationSent",
    "NotificationFailed",    "OrderParked",
    "OrderResumed",          "MailRequested",
    "PaymentUnresolved",     "InventoryUnresolved",
    "ShippingUnresolved",    "ShippingRecalled",
    "PaymentCaptured",       "StockSet",
    "EpochStarted"};

constexpr std::array<std::string_view, states> state_names{
    "",          "placed",    "paid",      "reserved",  "shipped",    "shipped",    "captured",
    "completed", "recalling", "releasing", "refunding", "cancelling", "cancelling", "cancelled",
    "parked",    "parked",    "parked",    "parked",    "completed",  "cancelled"};

constexpr std::array<std::string_view, handlers + 1> handler_names{"order",    "payment",      "inventory",
                                                                   "shipping", "notification", "nobody"};

constexpr std::array<std::string_view, reasons> reason_names{
    "",         "payment_declined", "out_of_stock", "shipping_failed", "customer_request",
    "deadline", "unavailable",      "unresolved",   "mail_refused"};

constexpr std::array<std::string_view, 2> mail_names{"shipping-confirmation", "order-cancelled"};

template <class Enum, std::size_t N>
std::optional<Enum> find_in(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (!name.empty() && names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(EventKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view name(State state) { return state_names[static_cast<std::size_t>(state)]; }
std::string_view name(HandlerId handler) { return handler_names[static_cast<std::size_t>(handler)]; }
std::string_view name(Reason reason) { return reason_names[static_cast<std::size_t>(reason)]; }
std::string_view name(MailTemplate mail) { return mail_names[static_cast<std::size_t>(mail)]; }

std::optional<EventKind> find_event_kind(std::string_view name) {
  return find_in<EventKind>(kind_names, name);
}
std::optional<std::string_view> type_prefix(std::string_view type) {
  for (const std::string_view name : kind_names) {
    if (type.ends_with(name)) return type.substr(0, type.size() - name.size());
  }
  return std::nullopt;
}
std::optional<State> find_state(std::string_view name) { return find_in<State>(state_names, name); }
std::optional<Reason> find_reason(std::string_view name) { return find_in<Reason>(reason_names, name); }

}  // namespace saga
