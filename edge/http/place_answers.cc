// The answers a POST can get, rendered by hand: they are what the engine says most often.
#include <array>
#include <utility>

#include "edge/http/placement.h"
#include "engine/orders/document.h"
#include "engine/saga/json.h"
#include "engine/saga/render.h"

namespace http {
namespace {

using saga::json::put;

constexpr std::string_view again = "Idempotent-Replayed: true\r\n";
constexpr std::string_view location = "Location: /v1/orders/";

/// The headers of one answer. Bounds: three lines, the longest 60 bytes.
class Headers {
 public:
  Headers& order(const saga::OrderId& id) {
    to_ = put(saga::json::id(put(to_, location), id), "\r\n");
    return *this;
  }
  Headers& outcome(const Placement::Wish& wish, bool replayed) {
    if (replayed) to_ = put(to_, again);
    if (wish.wait) {
      to_ = put(to_, "Preference-Applied: wait=");
      to_ = put(saga::json::number(to_, *wish.wait), "\r\n");
    }
    return *this;
  }
  std::string_view view() const { return {text_.data(), static_cast<std::size_t>(to_ - text_.data())}; }

 private:
  std::array<char, 192> text_;
  char* to_ = text_.data();
};

}  // namespace

void answer_placed(Exchange& exchange, const Placement::Wish& wish, saga::State status, bool replayed) {
  std::array<char, 192> body;
  char* to = put(body.data(), R"({"orderId":")");
  to = saga::json::id(to, wish.id);
  to = put(to, R"(","status":")");
  to = put(to, saga::name(status));
  to = put(to, R"(","links":{"self":"/v1/orders/)");
  to = saga::json::id(to, wish.id);
  to = put(to, R"("}})");
  Headers headers;
  headers.order(wish.id).outcome(wish, replayed);
  exchange.answer(
      {202, "application/json", headers.view(), {body.data(), static_cast<std::size_t>(to - body.data())}});
}

void answer_ended(Exchange& exchange, const Placement::Wish& wish, std::string_view document, bool replayed) {
  Headers headers;
  headers.order(wish.id).outcome(wish, replayed);
  exchange.answer({200, "application/json", headers.view(), orders::public_part(document)});
}

void answer_outcome_unknown(Exchange& exchange, const saga::OrderId& id) {
  Headers headers;
  headers.order(id);
  exchange.refuse(
      {.status = 504,
       .detail = "The order was taken but its acknowledgement is not there yet. It may still come "
                 "to be: ask for it, or send it again with the same id or key.",
       .pointer = {},
       .type = problem_type::outcome_unknown,
       .title = "The outcome is not known",
       .order_id = id.str()},
      headers.view());
}

void answer_not_taken(Exchange& exchange, std::string detail) {
  exchange.refuse({.status = 503,
                   .detail = std::move(detail),
                   .pointer = {},
                   .type = problem_type::not_taken,
                   .title = "The order was not taken; sending it again is safe"},
                  "Retry-After: 1\r\n");
}

}  // namespace http
