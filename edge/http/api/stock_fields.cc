#include "edge/http/api/stock_fields.h"

#include "edge/http/api/json_body.h"
#include "edge/http/api/percent.h"
#include "engine/saga/order.h"

namespace http {

std::optional<std::string> read_sku(std::string_view segment) {
  std::optional<std::string> sku = percent_decoded(segment);
  if (sku && !saga::printable_text(*sku, saga::max_sku_characters)) sku.reset();
  return sku;
}

std::optional<Problem> read_stock_request(std::string_view body, tape::StockRequest& wanted) {
  static constexpr std::array<std::string_view, 2> keys{"onHand", "change"};
  constexpr std::int64_t most = tape::on_hand_max;
  json::Seen seen;
  Complaints complaints;
  json::Verdict problem = json::read_fields(
      body, keys, seen, complaints, [&](unsigned key, json::ondemand::value field, std::string_view name) {
        wanted.relative = key == 1;
        return key == 0 ? json::read_whole(field, json::pointer_to("", name), 0, most,
                                           "must be a whole number from 0 to 10^12", wanted.amount)
                        : json::read_whole(field, json::pointer_to("", name), -most, most,
                                           "must be a whole number from -10^12 to 10^12", wanted.amount);
      });
  if (seen.has(0) && seen.has(1)) complaints.add("/change", "stands beside onHand: one of them, not both");
  if (!seen.has(0) && !seen.has(1)) complaints.add("/onHand", "is missing: onHand or change");
  if (!problem) problem = complaints.problem();
  if (!problem) return problem;
  problem->type = problem_type::invalid_stock;
  if (problem->status == 422) problem->title = "The stock level is not valid";
  return problem;
}

}  // namespace http
