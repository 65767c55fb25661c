#include "edge/http/api/get_order.h"

#include <array>

#include "edge/http/api/live_order.h"
#include "edge/http/api/order_answers.h"
#include "edge/http/wire/text.h"
#include "engine/codec/document.h"
#include "engine/saga/json.h"

namespace http {

void GetOrder::handle(const Request& request, std::string_view id_text, Exchange& exchange) {
  const auto id = saga::OrderId::parse(id_text);
  if (!id) return answer_no_order(exchange);
  if (const tape::Record* const live = orders_.find_live(*id)) {
    if (live->status == saga::State::none) return answer_unacked(exchange, *id);
    return show(live_order(*live), request.if_none_match.text(), exchange);
  }
  if (const orders::Finished* const finished = orders_.find_finished(*id))
    return show(codec::public_part(finished->document), request.if_none_match.text(), exchange);
  if (!store_.connected()) return answer_away(exchange);
  searches_.take(*this, store_, reactor_, settings_.lookup_deadline)
      .begin(exchange, *id, request.if_none_match.text());
}

void GetOrder::show(std::string_view text, std::string_view if_none_match, Exchange& exchange) {
  const saga::Digest digest = sha256_.of(text);
  std::array<char, 64> headers;
  char* to = saga::json::put(headers.data(), "ETag: \"");
  to = saga::json::put(saga::json::hex(to, std::span{digest}.first(8)), "\"\r\n");
  const std::string_view line{headers.data(), static_cast<std::size_t>(to - headers.data())};
  const std::string_view tag = line.substr(6, line.size() - 8);
  if (names_tag(if_none_match, tag, true)) return exchange.answer({304, {}, line, {}});
  exchange.answer({200, "application/json", line, text});
}

void GetOrder::Search::begin(Exchange& exchange, const saga::OrderId& id, std::string_view if_none_match) {
  exchange_ = &exchange;
  if_none_match_ = if_none_match;
  exchange.leave_to(*this);
  exchange.hold(if_none_match_.size());
  look_up(id);
}

void GetOrder::Search::looked_up(Found found, std::string_view document) {
  Exchange& exchange = *exchange_;
  if (found == Found::yes) {
    owner_.show(codec::public_part(document), if_none_match_, exchange);
  } else if (found == Found::no) {
    answer_no_order(exchange);
  } else {
    answer_away(exchange);
  }
  give_back();
}

void GetOrder::Search::abandoned() {
  stop_looking();
  give_back();
}

void GetOrder::Search::give_back() {
  http::give_back(if_none_match_);
  owner_.searches_.give(*this);
}

}  // namespace http
