#include "engine/saga/render.h"

#include "engine/saga/json.h"

namespace saga::json {

std::size_t order_bytes_max(const Order& order) {
  std::size_t bytes = 640 + escaped_bytes(order.user_id) + escaped_bytes(order.email) +
                      escaped_bytes(order.reference) + order.shipping.size() + order.payment.size() +
                      order.metadata.size() + order.traceparent.size();
  for (const Line& line : order.lines) bytes += 112 + escaped_bytes(line.sku);
  return bytes;
}

char* money(char* to, std::int64_t minor, const Currency& currency) {
  return to + render_money(minor, currency, to);
}

char* id(char* to, const OrderId& id) {
  const OrderId::Text text = id.text();
  return put(to, {text.data(), text.size()});
}

char* goods(char* to, const Order& order) {
  if (order.short_form) {
    to = put(to, R"("item":")");
    to = escape(to, order.lines.front().sku);
    to = put(to, R"(")");
  } else {
    to = put(to, R"("items":[)");
    for (const Line& line : order.lines) {
      to = put(to, &line == order.lines.data() ? R"({"sku":")" : R"(,{"sku":")");
      to = escape(to, line.sku);
      to = put(to, R"(","quantity":)");
      to = number(to, line.quantity);
      to = put(to, R"(,"price":")");
      to = money(to, line.price_minor, order.currency);
      to = put(to, line.stocked ? R"("})" : R"(","stocked":false})");
    }
    to = put(to, "]");
  }
  to = put(to, R"(,"amount":)");
  to = money(to, order.total_minor, order.currency);
  to = put(to, R"(,"amountMinor":)");
  to = number(to, order.total_minor);
  to = put(to, R"(,"currency":")");
  to = put(to, order.currency.name());
  if (order.discount_minor > 0) {
    to = put(to, R"(","discount":")");
    to = money(to, order.discount_minor, order.currency);
  }
  if (!order.reference.empty()) {
    to = put(to, R"(","reference":")");
    to = escape(to, order.reference);
  }
  return put(to, R"(")");
}

char* opaque(char* to, const Order& order) {
  const auto member = [&](std::string_view key, std::string_view object) {
    if (!object.empty()) to = put(put(to, key), object);
  };
  member(R"(,"shipping":)", order.shipping);
  member(R"(,"payment":)", order.payment);
  member(R"(,"metadata":)", order.metadata);
  return to;
}

}  // namespace saga::json
