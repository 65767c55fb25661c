// The parts of an order that look the same wherever it is written as JSON: the topic's OrderPlaced, GET,
// Redis. Each puts its bytes at the cursor and returns the new one; the caller has measured with
// order_bytes_max.
#pragma once

#include "engine/saga/order.h"

namespace saga::json {

/// Enough for goods(), opaque() and everything personal of this order.
std::size_t order_bytes_max(const Order& order);

/// "item":"keyboard","amount":49.99,"amountMinor":4999,"currency":"USD"  or, placed with lines,
/// "items":[{"sku":"keyboard","quantity":2,"price":"24.50"}],"amount":49.00,…  and behind the currency, where
/// there are any, "discount":"5.00" and "reference":"R-1".
char* goods(char* to, const Order& order);
/// ,"shipping":{…},"payment":{…},"metadata":{…}: those that there are, as the shop wrote them. Whoever looks
/// for something in the text around them must not take it from here, so they stand as far back as can be.
char* opaque(char* to, const Order& order);

char* money(char* to, std::int64_t minor, const Currency& currency);
char* id(char* to, const OrderId& id);

}  // namespace saga::json
