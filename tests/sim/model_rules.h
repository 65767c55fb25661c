// The contract's tables of events, once more and by hand, for the naive model (model.h). Shares nothing with the engine.
#pragma once

#include <map>
#include <string_view>
#include <utility>

namespace sim {

using Text = std::string_view;

// The contract's table of events, with what follows each. Behind a comma stands what nobody outside is shown.
inline const std::map<std::pair<Text, Text>, Text> legal{
    {{"", "OrderPlaced"}, "placed"},
    {{"placed", "PaymentConfirmed"}, "paid"},
    {{"placed", "PaymentNotAuthorized"}, "cancelling"},
    {{"placed", "PaymentUnresolved"}, "refunding"},
    {{"placed", "OrderCancelRequested"}, "cancelling"},
    {{"paid", "InventoryUpdated"}, "reserved"},
    {{"paid", "InventoryInsufficient"}, "refunding"},
    {{"paid", "InventoryUnresolved"}, "releasing"},
    {{"paid", "OrderCancelRequested"}, "refunding"},
    {{"reserved", "ShippingConfirmed"}, "shipped"},
    {{"reserved", "ShippingFailed"}, "releasing"},
    {{"reserved", "ShippingUnresolved"}, "recalling"},
    {{"reserved", "OrderCancelRequested"}, "releasing"},
    {{"recalling", "ShippingRecalled"}, "releasing"},
    {{"recalling", "ShippingConfirmed"}, "shipped"},
    {{"recalling", "OrderParked"}, "parked, recalling"},
    {{"parked, recalling", "OrderResumed"}, "recalling"},
    {{"parked, recalling", "ShippingRecalled"}, "releasing"},
    {{"parked, recalling", "ShippingConfirmed"}, "shipped"},
    {{"releasing", "InventoryReleased"}, "refunding"},
    {{"releasing", "OrderParked"}, "parked, releasing"},
    {{"parked, releasing", "OrderResumed"}, "releasing"},
    {{"parked, releasing", "InventoryReleased"}, "refunding"},
    {{"refunding", "PaymentRefunded"}, "cancelling"},
    {{"refunding", "OrderParked"}, "parked, refunding"},
    {{"parked, refunding", "OrderResumed"}, "refunding"},
    {{"parked, refunding", "PaymentRefunded"}, "cancelling"},
    {{"cancelling", "OrderCancelled"}, "mailing"},
    {{"mailing", "NotificationSent"}, "cancelled"},
    {{"mailing", "NotificationFailed"}, "cancelled"},
    {{"shipped, capturing", "PaymentCaptured"}, "captured"},
    {{"shipped, capturing", "OrderParked"}, "parked, capturing"},
    {{"parked, capturing", "OrderResumed"}, "shipped, capturing"},
    {{"parked, capturing", "PaymentCaptured"}, "captured"},
    {{"shipped", "NotificationSent"}, "completed"},
    {{"shipped", "NotificationFailed"}, "completed"},
    {{"captured", "NotificationSent"}, "completed"},
    {{"captured", "NotificationFailed"}, "completed"},
    {{"completed", "MailRequested"}, "completed, mailing"},
    {{"completed, mailing", "NotificationSent"}, "completed"},
    {{"completed, mailing", "NotificationFailed"}, "completed"},
    {{"cancelled", "MailRequested"}, "cancelled, mailing"},
    {{"cancelled, mailing", "NotificationSent"}, "cancelled"},
    {{"cancelled, mailing", "NotificationFailed"}, "cancelled"},
};

// Whose turn it is in a state.
inline const std::map<Text, Text> turns{
    {"placed", "payment.charge"},
    {"shipped, capturing", "payment.capture"},
    {"refunding", "payment.undo"},
    {"paid", "inventory.reserve"},
    {"releasing", "inventory.release"},
    {"reserved", "shipping.ship"},
    {"recalling", "shipping.recall"},
    {"shipped", "notification.send"},
    {"captured", "notification.send"},
    {"mailing", "notification.send"},
    {"completed, mailing", "notification.send"},
    {"cancelled, mailing", "notification.send"},
};

inline const std::map<Text, Text> emitters{
    {"OrderPlaced", "/saga/order"},
    {"PaymentConfirmed", "/saga/payment"},
    {"PaymentRefunded", "/saga/payment"},
    {"PaymentNotAuthorized", "/saga/payment"},
    {"PaymentUnresolved", "/saga/payment"},
    {"PaymentCaptured", "/saga/payment"},
    {"InventoryUpdated", "/saga/inventory"},
    {"InventoryInsufficient", "/saga/inventory"},
    {"InventoryReleased", "/saga/inventory"},
    {"InventoryUnresolved", "/saga/inventory"},
    {"ShippingConfirmed", "/saga/shipping"},
    {"ShippingFailed", "/saga/shipping"},
    {"ShippingUnresolved", "/saga/shipping"},
    {"ShippingRecalled", "/saga/shipping"},
    {"OrderCancelled", "/saga/order"},
    {"MailRequested", "/saga/notification"},
    {"NotificationSent", "/saga/notification"},
    {"NotificationFailed", "/saga/notification"},
    {"StockSet", "/saga/inventory"},
};

}  // namespace sim
