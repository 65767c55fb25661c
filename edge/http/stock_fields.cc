#include "edge/http/stock_fields.h"

#include <charconv>

#include "edge/http/json_body.h"
#include "edge/http/order_fields.h"

namespace http {

std::optional<std::string> read_sku(std::string_view segment) {
  std::string sku;
  sku.reserve(segment.size());
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      sku += segment[i];
      continue;
    }
    if (segment.size() - i < 3) return std::nullopt;
    const char* const digits = segment.data() + i + 1;
    std::uint8_t byte = 0;
    if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
    sku += static_cast<char>(byte);
    i += 2;
  }
  if (!printable_text(sku, saga::max_sku_bytes) || !simdjson::validate_utf8(sku.data(), sku.size()))
    return std::nullopt;
  return sku;
}

std::optional<Problem> read_on_hand(std::string_view body, std::int64_t& on_hand) {
  static constexpr std::array<std::string_view, 1> keys{"onHand"};
  json::ondemand::parser parser{limits::body_bytes + limits::padding};
  json::Seen seen;
  std::uint64_t read = 0;
  json::Verdict problem = json::read_body(parser, body, [&](json::ondemand::object& object) {
    return json::walk(object, keys, "", seen, [&](unsigned, json::ondemand::value field, std::string_view) {
      return json::read_whole(field, "/onHand", 0, on_hand_max, "must be a whole number from 0 to 10^12",
                              read);
    });
  });
  if (!problem && !seen.has(0)) problem = wrong_field("/onHand", "is missing");
  on_hand = static_cast<std::int64_t>(read);
  if (!problem) return problem;
  problem->type = problem_type::invalid_stock;
  if (problem->status == 422) problem->title = "The stock level is not valid";
  return problem;
}

}  // namespace http
