#include "edge/http/api/stock_levels.h"

#include <string>
#include <utility>

#include "edge/http/api/order_answers.h"
#include "edge/http/api/stock_fields.h"
#include "edge/http/wire/text.h"

namespace http {
namespace {

std::string tag_of(std::int64_t on_hand) { return '"' + std::to_string(on_hand) + '"'; }

void answer_level(Exchange& exchange, std::string_view sku, std::int64_t on_hand) {
  std::string body = R"({"sku":")";
  append_escaped(sku, body);
  body += R"(","onHand":)";
  body += std::to_string(on_hand);
  body += '}';
  exchange.answer({200, "application/json", "ETag: " + tag_of(on_hand) + "\r\n", body});
}

void refuse_sku(Exchange& exchange) {
  exchange.refuse({.status = 400,
                   .detail = "a sku is 1 to 128 printable characters of UTF-8, percent-encoded in the path",
                   .pointer = {}});
}

Problem uncounted() { return {.status = 404, .detail = "nobody counts this sku", .pointer = {}}; }

Problem other_level() {
  return {.status = 412, .detail = "the level is not the one that If-Match names", .pointer = {}};
}

Problem out_of_bounds(std::int64_t on_hand) {
  return {.status = 409,
          .detail = "the level would be below zero or over 10^12: it is " + std::to_string(on_hand),
          .pointer = {},
          .type = problem_type::stock_bounds,
          .title = "The stock cannot be changed by so much"};
}

}  // namespace

void StockLevels::get(const Request& request, std::string_view segment, Exchange& exchange) {
  const auto sku = read_sku(segment);
  if (!sku) return refuse_sku(exchange);
  const auto free = stock_.find(*sku);
  if (!free) return exchange.refuse(uncounted());
  const std::string tag = tag_of(*free);
  if (names_tag(request.if_none_match.text(), tag, true))
    return exchange.answer({304, {}, "ETag: " + tag + "\r\n", {}});
  answer_level(exchange, *sku, *free);
}

std::optional<Problem> StockLevels::forbidden(const Request& request, std::string_view sku,
                                              tape::StockRequest& wish) const {
  const auto free = stock_.find(sku);
  if (const std::string_view tags = request.if_match.text(); present(tags)) {
    if (!free || !names_tag(tags, tag_of(*free), false)) return other_level();
    if (tags != "*") wish.only_at = *free;
  }
  if (!wish.relative) return std::nullopt;
  if (!free) return uncounted();
  const std::int64_t next = *free + wish.amount;
  if (next < 0 || next > tape::on_hand_max) return out_of_bounds(*free);
  return std::nullopt;
}

void StockLevels::put(const Request& request, std::string_view segment, Exchange& exchange) {
  if (present(request.content_type) && !is_json(request.content_type))
    return exchange.refuse({.status = 415, .detail = "a stock level is application/json", .pointer = {}});
  const auto sku = read_sku(segment);
  if (!sku) return refuse_sku(exchange);
  if (present(request.if_none_match.text()))
    return exchange.refuse(
        {.status = 400, .detail = "the only condition a level is set on is If-Match", .pointer = {}});
  tape::StockRequest wish;
  if (const auto problem = read_stock_request(request.body, wish)) return exchange.refuse(*problem);
  if (!orders_.intake_open()) return answer_not_taken(exchange, cause::closed);
  if (const auto problem = forbidden(request, *sku, wish)) return exchange.refuse(*problem);
  tape::StockChange* const change = dispatch_.set_stock(*sku, wish);
  if (change == nullptr)
    return answer_not_taken(exchange, "as many stock levels as may be wait for Kafka or Redis");
  under_way_.take(*this).begin(exchange, *change);
}

void StockLevels::answer_unknown() {
  under_way_.for_each([](Change& change) {
    if (change.active()) change.fire({});
  });
}

void StockLevels::Change::begin(Exchange& exchange, tape::StockChange& change) {
  exchange_ = &exchange;
  change_ = &change;
  change.waiter = this;
  exchange.leave_to(*this);
  owner_.reactor_.timers().arm(*this, owner_.reactor_.now() + owner_.settings_.ack_deadline);
}

Exchange& StockLevels::Change::release() {
  owner_.reactor_.timers().cancel(*this);
  std::exchange(change_, nullptr)->waiter = nullptr;
  Exchange& exchange = *std::exchange(exchange_, nullptr);
  owner_.under_way_.give(*this);
  return exchange;
}

void StockLevels::Change::acked(const tape::StockChange& change) {
  Exchange& exchange = release();
  switch (change.outcome) {
    case tape::StockOutcome::set:
      return answer_level(exchange, change.sku, change.on_hand);
    case tape::StockOutcome::other_level:
      return exchange.refuse(other_level());
    case tape::StockOutcome::out_of_bounds:
      return exchange.refuse(out_of_bounds(change.on_hand));
  }
}

void StockLevels::Change::fire(engine::Time) {
  release().refuse({.status = 504,
                    .detail =
                        "The level was taken but its acknowledgement is not there yet. It may still come "
                        "to be: ask for it before it is set or changed again.",
                    .pointer = {},
                    .type = problem_type::outcome_unknown,
                    .title = problem_title::outcome_unknown});
}

}  // namespace http
