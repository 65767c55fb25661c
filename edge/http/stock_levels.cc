#include "edge/http/stock_levels.h"

#include <string>
#include <utility>

#include "edge/http/order_answers.h"
#include "edge/http/stock_fields.h"
#include "edge/http/text.h"

namespace http {
namespace {

void answer_level(Exchange& exchange, std::string_view sku, std::int64_t on_hand) {
  std::string body = R"({"sku":")";
  append_escaped(sku, body);
  body += R"(","onHand":)";
  body += std::to_string(on_hand);
  body += '}';
  exchange.answer({200, "application/json", {}, body});
}

void refuse_sku(Exchange& exchange) {
  exchange.refuse({.status = 400,
                   .detail = "a sku is 1 to 128 bytes of printable UTF-8, percent-encoded in the path",
                   .pointer = {}});
}

}  // namespace

void StockLevels::get(std::string_view segment, Exchange& exchange) {
  const auto sku = read_sku(segment);
  if (!sku) return refuse_sku(exchange);
  const auto free = stock_.find(*sku);
  if (free) return answer_level(exchange, *sku, *free);
  exchange.refuse({.status = 404, .detail = "nobody counts this sku", .pointer = {}});
}

void StockLevels::put(const Request& request, std::string_view segment, Exchange& exchange) {
  if (present(request.content_type) && !is_json(request.content_type))
    return exchange.refuse({.status = 415, .detail = "a stock level is application/json", .pointer = {}});
  const auto sku = read_sku(segment);
  if (!sku) return refuse_sku(exchange);
  std::int64_t on_hand = 0;
  if (const auto problem = read_on_hand(request.body, on_hand)) return exchange.refuse(*problem);
  if (!orders_.intake_open()) return answer_not_taken(exchange, cause::closed);
  tape::StockChange* const change = dispatch_.set_stock(*sku, on_hand);
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
  answer_level(release(), change.sku, change.on_hand);
}

void StockLevels::Change::fire(engine::Time) {
  release().refuse({.status = 504,
                    .detail =
                        "The level was taken but its acknowledgement is not there yet. It may still come "
                        "to be: ask for it, or set it again.",
                    .pointer = {},
                    .type = problem_type::outcome_unknown,
                    .title = problem_title::outcome_unknown});
}

}  // namespace http
