// Any bytes as a POST's body: either a problem of 400 or 422, or an order that keeps every bound.
#include <cstdint>
#include <string>

#include "edge/http/api/order_parser.h"
#include "edge/http/wire/limits.h"
#include "engine/ensure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static http::OrderParser parser{saga::Currency{}};
  if (size > http::limits::body_bytes) return 0;
  std::string body{reinterpret_cast<const char*>(data), size};
  body.append(http::limits::padding, '"');
  http::Draft draft;
  if (const auto problem = parser.parse(std::string_view{body}.substr(0, size), draft)) {
    ENSURE(problem->status == 400 || problem->status == 422);
    return 0;
  }
  const saga::Order& order = draft.order;
  ENSURE(order.total_minor >= 0 && order.total_minor <= saga::max_minor);
  ENSURE(!order.user_id.empty() && order.user_id.size() <= saga::max_user_id_bytes);
  ENSURE(order.email.size() <= saga::max_email_bytes && order.email.find('@') != std::string_view::npos);
  ENSURE(!order.lines.empty() && order.lines.size() <= saga::max_lines);
  std::int64_t sum = 0;
  for (const saga::Line& line : order.lines) {
    ENSURE(!line.sku.empty() && line.sku.size() <= saga::max_sku_bytes);
    ENSURE(line.quantity > 0 && line.quantity <= saga::max_quantity && line.price_minor >= 0);
    sum += line.price_minor * line.quantity;
  }
  ENSURE(order.discount_minor >= 0 && sum - order.discount_minor == order.total_minor);
  ENSURE(order.reference.size() <= saga::max_reference_bytes);
  for (const std::string_view object : {order.shipping, order.payment, order.metadata}) {
    ENSURE(object.size() <= saga::max_object_bytes);
    ENSURE(object.empty() || (object.front() == '{' && object.back() == '}'));
    ENSURE(object.empty() || body.find(object) < size);  // byte for byte
  }
  return 0;
}
