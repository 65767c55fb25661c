#include "edge/http/api/stock_requests.h"

#include "edge/http/api/list_query.h"
#include "edge/http/api/order_answers.h"
#include "edge/http/api/stock_answers.h"
#include "edge/http/api/stock_fields.h"
#include "edge/http/wire/text.h"

namespace http {
namespace {

void refuse_sku(Exchange& exchange) {
  exchange.refuse({.status = 400,
                   .detail = "a sku is 1 to 128 printable characters of UTF-8, percent-encoded in the path"});
}

}  // namespace

void StockRequests::list(const Request& request, const desk::Desk& desk, Exchange& exchange) {
  StockQuery wanted;
  if (const auto read = read_stock_query(request.query, wanted); !read.ok())
    return exchange.refuse({.status = 400, .detail = read.error()});
  const auto levels = desk.levels(wanted.after, wanted.limit);
  answer_levels(exchange, levels, levels.size() == wanted.limit);
}

void StockRequests::show(const Request& request, std::string_view segment, const desk::Desk& desk,
                         Exchange& exchange) {
  const auto sku = read_sku(segment);
  if (!sku) return refuse_sku(exchange);
  const auto level = desk.level(*sku);
  if (!level) return answer_uncounted(exchange);
  const std::string tag = tag_of_level(*level);
  if (names_tag(request.if_none_match.text(), tag, true))
    return exchange.answer({304, {}, "ETag: " + tag + "\r\n", {}});
  answer_level(exchange, *sku, *level);
}

void StockRequests::set(const Request& request, std::string_view segment, std::string_view caller,
                        desk::Desk& desk, Exchange& exchange) {
  if (present(request.content_type) && !is_json(request.content_type))
    return exchange.refuse({.status = 415, .detail = "a stock level is application/json"});
  const auto sku = read_sku(segment);
  if (!sku) return refuse_sku(exchange);
  if (present(request.if_none_match.text()))
    return exchange.refuse({.status = 400, .detail = "the only condition a level is set on is If-Match"});
  tape::StockRequest wanted;
  if (const auto problem = read_stock_request(request.body, wanted)) return exchange.refuse(*problem);
  if (const std::string_view tags = request.if_match.text(); present(tags)) {
    const auto level = desk.level(*sku);
    if (!level || !names_tag(tags, tag_of_level(*level), false)) return answer_other_level(exchange);
    if (tags != "*") wanted.only_at = *level;
  }
  Call& call = calls_.pool.take(calls_);
  call.begin(Call::About::stock, exchange);
  desk.set_stock(*sku, wanted, caller, {.store = {}, .ack = reactor_.now() + settings_.ack_deadline}, call);
  call.wait_unless_answered();
}

}  // namespace http
