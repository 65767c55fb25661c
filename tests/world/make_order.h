// Orders for tests: order number `n` with its own id, address and lines, as a draft that owns its text.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "engine/saga/order.h"

namespace tests {

struct OrderDraft {
  saga::Order order;
  std::vector<saga::Line> lines;
  std::string text;

  OrderDraft() = default;
  OrderDraft(const OrderDraft&) = delete;
  OrderDraft(OrderDraft&&) = default;
};

inline saga::OrderId order_id(unsigned n) {
  saga::OrderId id;
  for (std::size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
  return id;
}

inline OrderDraft make_order(unsigned n, std::size_t line_count = 1) {
  OrderDraft draft;
  std::vector<std::string> parts{"user-" + std::to_string(n), "you" + std::to_string(n) + "@example.com"};
  for (std::size_t i = 0; i < line_count; ++i) parts.push_back("sku-" + std::to_string(i));
  for (const std::string& part : parts) draft.text += part;
  draft.text.reserve(256);  // on the heap, so that views survive a move

  draft.order.id = order_id(n);
  draft.order.body_hash.fill(static_cast<std::uint8_t>(n));
  draft.order.short_form = line_count == 1;
  std::string_view rest = draft.text;
  const auto take = [&](std::size_t bytes) {
    const std::string_view part = rest.substr(0, bytes);
    rest.remove_prefix(bytes);
    return part;
  };
  draft.order.user_id = take(parts[0].size());
  draft.order.email = take(parts[1].size());
  for (std::size_t i = 0; i < line_count; ++i) {
    draft.lines.push_back({take(parts[2 + i].size()), 1 + static_cast<std::uint32_t>(i), 4999});
    draft.order.total_minor += 4999 * static_cast<std::int64_t>(1 + i);
  }
  draft.order.lines = draft.lines;
  return draft;
}

/// With everything that a shop may say of an order: what stands in its objects means something where it is
/// not meant, and a number is larger than most readers like.
inline OrderDraft make_full_order(unsigned n) {
  OrderDraft draft = make_order(n, 4);
  draft.lines[1].stocked = false;
  draft.order.discount_minor = 1;
  draft.order.total_minor -= 1;
  draft.order.reference = "R \"1\" \xc3\xa9";
  draft.order.shipping = "{ \"to\" : [\"a\\\"}\",{}],\r\n\t\"zip\":\"1\" }";
  draft.order.payment = R"({"token":"pm_1","n":1e400,"data":{"payment":{"x":1},"metadata":{}}})";
  static const std::string metadata =
      R"({"a":1,"bodyHash":"00","status":"completed","steps":[],"\u0000":"\u2028",)"
      R"("left":[1],"reference":"no","discount":"9","n":)" +
      std::string(400, '7') + "}";
  draft.order.metadata = metadata;
  draft.order.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  return draft;
}

}  // namespace tests
