#include "edge/http/api/order_answers.h"

#include <array>
#include <utility>

#include "edge/http/api/list_query.h"
#include "engine/saga/json.h"
#include "engine/saga/render.h"

namespace http {
namespace {

using saga::json::put;

constexpr std::string_view again = "Idempotent-Replayed: true\r\n";
constexpr std::string_view retry_after = "Retry-After: 1\r\n";
constexpr std::string_view location = "Location: /v1/orders/";

/// The headers of one answer. Bounds: three lines, the longest 60 bytes.
class Headers {
 public:
  Headers& order(const saga::OrderId& id) {
    to_ = put(saga::json::id(put(to_, location), id), "\r\n");
    return *this;
  }
  Headers& terms(const Terms& terms) {
    if (terms.replayed) to_ = put(to_, again);
    if (terms.waited) {
      to_ = put(to_, "Preference-Applied: wait=");
      to_ = put(saga::json::number(to_, *terms.waited), "\r\n");
    }
    return *this;
  }
  std::string_view view() const { return {text_.data(), static_cast<std::size_t>(to_ - text_.data())}; }

 private:
  std::array<char, 192> text_;
  char* to_ = text_.data();
};

/// The order is not in a state that allows what was asked of it.
void answer_conflict(Exchange& exchange, const saga::OrderId& id, std::string_view type,
                     std::string_view title, std::string detail) {
  exchange.refuse(
      {.status = 409, .detail = std::move(detail), .type = type, .title = title, .order_id = id.str()});
}

void answer_status(Exchange& exchange, int code, const saga::OrderId& id, saga::State status,
                   const Terms& terms) {
  std::array<char, 192> body;
  char* to = put(body.data(), R"({"orderId":")");
  to = saga::json::id(to, id);
  to = put(to, R"(","status":")");
  to = put(to, saga::name(status));
  to = put(to, R"(","links":{"self":"/v1/orders/)");
  to = saga::json::id(to, id);
  to = put(to, R"("}})");
  Headers headers;
  headers.order(id).terms(terms);
  exchange.answer(
      {code, "application/json", headers.view(), {body.data(), static_cast<std::size_t>(to - body.data())}});
}

}  // namespace

void answer_accepted(Exchange& exchange, const saga::OrderId& id, saga::State status, const Terms& terms) {
  answer_status(exchange, 202, id, status, terms);
}

void answer_known(Exchange& exchange, const saga::OrderId& id, saga::State status) {
  answer_status(exchange, 200, id, status, {});
}

void answer_not_its_turn(Exchange& exchange, const saga::OrderId& id) {
  answer_conflict(
      exchange, id, problem_type::not_its_turn, "The order does not wait for that",
      "It is not the order's turn for this answer: it has moved on, or waits for somebody else. A mail's "
      "answer is given to the call itself, which comes again with the same key.");
}

void answer_ended(Exchange& exchange, const saga::OrderId& id, std::string_view document,
                  const Terms& terms) {
  Headers headers;
  headers.order(id).terms(terms);
  exchange.answer({200, "application/json", headers.view(), document});
}

void answer_page(Exchange& exchange, std::span<const std::string> documents, std::uint64_t next) {
  std::size_t bytes = 64;
  for (const std::string& document : documents) bytes += document.size() + 1;
  std::string body;
  body.reserve(bytes);
  body += R"({"data":[)";
  for (const std::string& document : documents) {
    if (document.empty()) continue;  // it has gone meanwhile
    if (body.back() != '[') body += ',';
    body += document;
  }
  body += R"(],"nextCursor":)";
  body += next != 0 ? '"' + std::string{cursor_mark} + std::to_string(next) + '"' : "null";
  body += '}';
  exchange.answer({200, "application/json", {}, body});
}

void answer_shipped(Exchange& exchange, const saga::OrderId& id) {
  answer_conflict(exchange, id, problem_type::shipped, "The order is shipped",
                  "What is shipped cannot be cancelled.");
}

void answer_not_parked(Exchange& exchange, const saga::OrderId& id) {
  answer_conflict(exchange, id, problem_type::not_parked, "The order is not parked",
                  "Only an order that is parked can be sent on.");
}

void answer_no_mail_yet(Exchange& exchange, const saga::OrderId& id) {
  answer_conflict(exchange, id, problem_type::no_mail_yet, "There is no mail yet",
                  "The order's mail is still to come; it goes when the order has shipped or is cancelled, "
                  "without being asked for.");
}

void answer_other_body(Exchange& exchange) {
  exchange.refuse({.status = 422,
                   .detail = "An order with this id or Idempotency-Key was placed with another body.",
                   .type = problem_type::key_reused,
                   .title = "The key belongs to another order"});
}

void answer_outcome_unknown(Exchange& exchange, const saga::OrderId& id, std::string detail) {
  Headers headers;
  headers.order(id);
  exchange.refuse({.status = 504,
                   .detail = std::move(detail),
                   .type = problem_type::outcome_unknown,
                   .title = problem_title::outcome_unknown,
                   .order_id = id.str()},
                  headers.view());
}

void answer_not_taken(Exchange& exchange, std::string detail) {
  exchange.refuse({.status = 503,
                   .detail = std::move(detail),
                   .type = problem_type::not_taken,
                   .title = "Not taken; sending it again is safe"},
                  retry_after);
}

void answer_unacked(Exchange& exchange, const saga::OrderId& id) {
  exchange.refuse({.status = 503,
                   .detail = "The order was taken, but its acknowledgement is not there yet: ask again.",
                   .type = problem_type::outcome_unknown,
                   .title = problem_title::outcome_unknown,
                   .order_id = id.str()},
                  retry_after);
}

void answer_no_order(Exchange& exchange) {
  exchange.refuse({.status = 404, .detail = "there is no order of this id"});
}

void answer_away(Exchange& exchange) {
  exchange.refuse({.status = 503, .detail = "not all in memory, and Redis is away"}, retry_after);
}

void answer_not_serving(Exchange& exchange, std::string_view stage, bool change) {
  std::string detail = "this engine does not serve yet: ";
  detail += stage;
  if (change) return answer_not_taken(exchange, std::move(detail));
  exchange.refuse({.status = 503, .detail = std::move(detail)}, retry_after);
}

}  // namespace http
