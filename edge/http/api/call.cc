#include "edge/http/api/call.h"

#include <array>
#include <utility>

#include "edge/http/api/order_answers.h"
#include "edge/http/api/stock_answers.h"
#include "edge/http/wire/text.h"
#include "engine/saga/json.h"

namespace http {
namespace {

/// What was passed on is not acknowledged in time.
void answer_unknown(Call::About about, const saga::OrderId& id, Exchange& exchange) {
  if (about == Call::About::stock) return answer_level_unknown(exchange);
  answer_outcome_unknown(
      exchange, id,
      about == Call::About::place
          ? "The order was taken but its acknowledgement is not there yet. It may still come to be: ask for "
            "it, or send it again with the same id or key."
          : "The request was passed on, but what came of it is not acknowledged yet: ask for the order, or "
            "say "
            "it again.");
}

}  // namespace

void Call::begin(About about, Exchange& exchange) {
  about_ = about;
  exchange_ = &exchange;
  arrived_ = calls_.reactor.now();
}

void Call::wait_unless_answered() {
  if (!waiting()) return;
  exchange_->answered_later_by(*this);
  if (tags_.empty()) return;
  kept_tags_ = tags_;
  tags_ = kept_tags_;
  exchange_->hold(kept_tags_.size());
}

void Call::answered(const desk::Answer& answer) {
  Exchange& exchange = *exchange_;
  exchange.hold(0);
  render(answer, exchange);
  give_back();
}

void Call::abandoned() {
  forget();
  give_back();
}

void Call::give_back() {
  exchange_ = nullptr;
  wait_.reset();
  tags_ = {};
  http::give_back(kept_tags_);
  calls_.pool.give(*this);
}

void Call::render(const desk::Answer& answer, Exchange& exchange) {
  using desk::Outcome;
  const Terms terms{answer.replayed, answer.waited ? wait_ : std::nullopt};
  switch (answer.outcome) {
    case Outcome::accepted:
      if (about_ == About::place && !answer.replayed)
        calls_.place_latency.record(static_cast<std::uint64_t>((calls_.reactor.now() - arrived_).count()));
      if (about_ == About::answer && answer.replayed) return answer_known(exchange, answer.id, answer.status);
      return answer_accepted(exchange, answer.id, answer.status, terms);
    case Outcome::ended:
      return answer_ended(exchange, answer.id, answer.document, terms);
    case Outcome::shown:
      return show(answer.document, exchange);
    case Outcome::listed:
      return answer_page(exchange, answer.documents, answer.next);
    case Outcome::level:
      return answer_level(exchange, answer.sku, answer.on_hand);
    case Outcome::no_order:
      return answer_no_order(exchange);
    case Outcome::other_body:
      return answer_other_body(exchange);
    case Outcome::refused:
      if (about_ == About::mail) return answer_no_mail_yet(exchange, answer.id);
      if (about_ == About::answer) return answer_not_its_turn(exchange, answer.id);
      return about_ == About::cancel ? answer_shipped(exchange, answer.id)
                                     : answer_not_parked(exchange, answer.id);
    case Outcome::uncounted:
      return answer_uncounted(exchange);
    case Outcome::other_level:
      return answer_other_level(exchange);
    case Outcome::out_of_bounds:
      return answer_out_of_bounds(exchange, answer.on_hand);
    case Outcome::not_taken:
      return answer_not_taken(exchange, std::string{answer.cause});
    case Outcome::unacked:
      return answer_unacked(exchange, answer.id);
    case Outcome::unknown:
      return answer_unknown(about_, answer.id, exchange);
    case Outcome::unavailable:
      return answer_away(exchange);
  }
}

void Call::show(std::string_view text, Exchange& exchange) {
  const saga::Digest digest = calls_.sha256.of(text);
  std::array<char, 64> headers;
  char* to = saga::json::put(headers.data(), "ETag: \"");
  to = saga::json::put(saga::json::hex(to, std::span{digest}.first(8)), "\"\r\n");
  const std::string_view line{headers.data(), static_cast<std::size_t>(to - headers.data())};
  const std::string_view tag = line.substr(6, line.size() - 8);
  if (names_tag(tags_, tag, true)) return exchange.answer({304, {}, line, {}});
  exchange.answer({200, "application/json", line, text});
}

}  // namespace http
