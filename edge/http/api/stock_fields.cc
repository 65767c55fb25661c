#include "edge/http/api/stock_fields.h"

#include <charconv>

#include "edge/http/api/json_body.h"
#include "engine/saga/order.h"

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
  if (!saga::printable_text(sku, saga::max_sku_characters)) return std::nullopt;
  return sku;
}

std::optional<Problem> read_stock_request(std::string_view body, tape::StockRequest& wanted) {
  static constexpr std::array<std::string_view, 2> keys{"onHand", "change"};
  constexpr std::int64_t most = tape::on_hand_max;
  json::ondemand::parser parser{limits::body_bytes + limits::padding};
  json::Seen seen;
  json::Verdict problem = json::read_body(parser, body, [&](json::ondemand::object& object) {
    return json::walk(
        object, keys, "", seen, [&](unsigned key, json::ondemand::value field, std::string_view name) {
          wanted.relative = key == 1;
          return key == 0 ? json::read_whole(field, json::pointer_to("", name), 0, most,
                                             "must be a whole number from 0 to 10^12", wanted.amount)
                          : json::read_whole(field, json::pointer_to("", name), -most, most,
                                             "must be a whole number from -10^12 to 10^12", wanted.amount);
        });
  });
  if (!problem && seen.has(0) && seen.has(1))
    problem = wrong_field("/change", "stands beside onHand: one of them, not both");
  if (!problem && !seen.has(0) && !seen.has(1))
    problem = wrong_field("/onHand", "is missing: onHand or change");
  if (!problem) return problem;
  problem->type = problem_type::invalid_stock;
  if (problem->status == 422) problem->title = "The stock level is not valid";
  return problem;
}

}  // namespace http
