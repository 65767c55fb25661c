#include "edge/http/api/stock_answers.h"

namespace http {

std::string tag_of_level(std::int64_t on_hand) { return '"' + std::to_string(on_hand) + '"'; }

namespace {

void append_level(std::string_view sku, std::int64_t on_hand, std::string& body) {
  body += R"({"sku":")";
  append_escaped(sku, body);
  body += R"(","onHand":)";
  body += std::to_string(on_hand);
  body += '}';
}

}  // namespace

void answer_levels(Exchange& exchange, std::span<const orders::Stock::Level> levels, bool more) {
  std::string body = R"({"data":[)";
  for (const orders::Stock::Level& level : levels) {
    if (body.back() != '[') body += ',';
    append_level(level.sku, level.free, body);
  }
  body += R"(],"nextCursor":)";
  if (more && !levels.empty()) {
    body += '"';
    append_escaped(levels.back().sku, body);
    body += "\"}";
  } else {
    body += "null}";
  }
  exchange.answer({200, "application/json", {}, body});
}

void answer_level(Exchange& exchange, std::string_view sku, std::int64_t on_hand) {
  std::string body;
  append_level(sku, on_hand, body);
  exchange.answer({200, "application/json", "ETag: " + tag_of_level(on_hand) + "\r\n", body});
}

void answer_uncounted(Exchange& exchange) {
  exchange.refuse({.status = 404, .detail = "nobody counts this sku"});
}

void answer_other_level(Exchange& exchange) {
  exchange.refuse({.status = 412, .detail = "the level is not the one that If-Match names"});
}

void answer_out_of_bounds(Exchange& exchange, std::int64_t on_hand) {
  exchange.refuse({.status = 409,
                   .detail = "the level would be below zero or over 10^12: it is " + std::to_string(on_hand),
                   .type = problem_type::stock_bounds,
                   .title = "The stock cannot be changed by so much"});
}

void answer_level_unknown(Exchange& exchange) {
  exchange.refuse({.status = 504,
                   .detail =
                       "The level was taken but its acknowledgement is not there yet. It may still come to "
                       "be: ask for it before it is set or changed again.",
                   .type = problem_type::outcome_unknown,
                   .title = problem_title::outcome_unknown});
}

}  // namespace http
