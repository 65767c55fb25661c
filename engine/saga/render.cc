#include "engine/saga/render.h"

#include "engine/saga/json.h"

namespace saga::json {

std::size_t order_bytes_max(const Order& order) {
  std::size_t bytes = 512 + escaped_bytes(order.user_id) + escaped_bytes(order.email);
  for (const Line& line : order.lines) bytes += 96 + escaped_bytes(line.sku);
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
      to = put(to, R"("})");
    }
    to = put(to, "]");
  }
  to = put(to, R"(,"amount":)");
  to = money(to, order.total_minor, order.currency);
  to = put(to, R"(,"amountMinor":)");
  to = number(to, order.total_minor);
  to = put(to, R"(,"currency":")");
  to = put(to, order.currency.name());
  return put(to, R"(")");
}

}  // namespace saga::json
