#include "edge/http/api/order_requests.h"

#include "edge/http/api/answer_fields.h"
#include "edge/http/api/identity.h"
#include "edge/http/api/list_query.h"
#include "edge/http/api/order_answers.h"
#include "edge/http/api/prefer.h"
#include "edge/http/wire/text.h"
#include "engine/codec/event_data.h"

namespace http {

OrderRequests::OrderRequests(const Settings& settings, const edge::Reactor& reactor, Calls& calls,
                             Random& random)
    : settings_(settings), reactor_(reactor), calls_(calls), random_(random), parser_(settings.currency) {}

Call& OrderRequests::begin(Call::About about, Exchange& exchange) {
  Call& call = calls_.pool.take(calls_);
  call.begin(about, exchange);
  return call;
}

desk::Deadlines OrderRequests::deadlines() const {
  const engine::Time now = reactor_.now();
  return {.store = now + settings_.lookup_deadline,
          .ack = now + settings_.ack_deadline,
          .room = now + settings_.room_deadline};
}

void OrderRequests::place(const Request& request, std::string_view caller, desk::Desk& desk,
                          Exchange& exchange) {
  if (present(request.content_type) && !is_json(request.content_type))
    return exchange.refuse({.status = 415, .detail = "an order is application/json"});
  if (desk.line_is_full()) return answer_not_taken(exchange, "more orders come in than Kafka or Redis take");
  if (const auto problem = parser_.parse(request.body, draft_)) return exchange.refuse(*problem);
  desk::PlaceRequest wanted{.order = draft_.order};
  if (const auto problem = identify(request, caller, wanted)) return exchange.refuse(*problem);
  draft_.order.body_hash = sha256_.of(request.body);
  trace(request);
  Call& call = begin(Call::About::place, exchange);
  if (const auto seconds = preferred_wait(request.prefer.text())) {
    wanted.wait_until = reactor_.now() + std::chrono::seconds{*seconds};
    call.prefers_to_wait(*seconds);
  }
  desk.place(wanted, deadlines(), call);
  call.wait_unless_answered();
}

std::optional<Problem> OrderRequests::identify(const Request& request, std::string_view caller,
                                               desk::PlaceRequest& wanted) {
  const bool keyed = present(request.idempotency_key);
  wanted.from_outside = draft_.names_id || keyed;
  if (!wanted.from_outside) draft_.order.id = new_id(reactor_.shown(), random_);
  if (!keyed) return std::nullopt;
  const auto key = idempotency_key(request.idempotency_key);
  if (!key) return Problem{.status = 400, .detail = "Idempotency-Key must be 1 to 255 printable characters"};
  const saga::OrderId key_id = derived_id(sha256_, caller, *key);
  if (!draft_.names_id) {
    draft_.order.id = key_id;
  } else if (draft_.order.id != key_id) {
    wanted.key_id = key_id;
  }
  return std::nullopt;
}

/// A trace that the request is part of is gone on with, whether or not it is recorded.
void OrderRequests::trace(const Request& request) {
  const std::string_view came = request.traceparent;
  auto trace = came.empty() ? std::nullopt : saga::Trace::parse(came);
  if (!trace && settings_.traced > 0) trace = saga::Trace::begin(draft_.order.id, settings_.traced);
  if (!trace) return;
  traceparent_ = trace->text();
  draft_.order.traceparent = {traceparent_.data(), traceparent_.size()};
}

void OrderRequests::show(const Request& request, std::string_view id_text, desk::Desk& desk,
                         Exchange& exchange) {
  const auto id = saga::OrderId::parse(id_text);
  if (!id) return answer_no_order(exchange);
  Call& call = begin(Call::About::show, exchange);
  call.has(request.if_none_match.text());
  desk.show(*id, deadlines(), call);
  call.wait_unless_answered();
}

void OrderRequests::show_mails(const Request& request, std::string_view id_text, desk::Desk& desk,
                               Exchange& exchange) {
  const auto id = saga::OrderId::parse(id_text);
  if (!id) return answer_no_order(exchange);
  Call& call = begin(Call::About::show, exchange);
  call.has(request.if_none_match.text());
  desk.mails(*id, deadlines(), call);
  call.wait_unless_answered();
}

void OrderRequests::list(const Request& request, desk::Desk& desk, Exchange& exchange) {
  desk::ListRequest wanted;
  if (const auto read = read_list_query(request.query, wanted); !read.ok())
    return exchange.refuse({.status = 400, .detail = read.error()});
  Call& call = begin(Call::About::list, exchange);
  desk.list(std::move(wanted), deadlines(), call);
  call.wait_unless_answered();
}

void OrderRequests::mail(std::string_view id_text, std::string_view caller, desk::Desk& desk,
                         Exchange& exchange) {
  const auto id = saga::OrderId::parse(id_text);
  if (!id) return answer_no_order(exchange);
  Call& call = begin(Call::About::mail, exchange);
  desk.mail_again(*id, caller, deadlines(), call);
  call.wait_unless_answered();
}

/// A participant says which call it answers, and only those of its handler. A person need not, and is named.
void OrderRequests::answer(const Request& request, std::string_view id_text, const Auth::Answer& caller,
                           desk::Desk& desk, Exchange& exchange) {
  const auto id = saga::OrderId::parse(id_text);
  if (!id) return answer_no_order(exchange);
  if (present(request.content_type) && !is_json(request.content_type))
    return exchange.refuse({.status = 415, .detail = "an answer is application/json"});
  desk::AnswerRequest wanted;
  if (const auto problem = read_answer(request.body, *id, wanted)) return exchange.refuse(*problem);
  const bool person = caller.token == nullptr ? wanted.turn == saga::Turn::none : caller.token->admin;
  if (!person && wanted.turn == saga::Turn::none)
    return exchange.refuse(wrong_field("/key", "is missing: only a person settles an order without it"));
  if (!person && !may_answer(caller.token, saga::handler_of(wanted.turn)))
    return exchange.refuse({.status = 403, .detail = "the token is another handler's"});
  if (person) wanted.said.by = caller.caller.empty() ? codec::nobody_named : caller.caller;
  Call& call = begin(Call::About::answer, exchange);
  desk.answer(*id, std::move(wanted), deadlines(), call);
  call.wait_unless_answered();
}

void OrderRequests::request(Call::About about, std::string_view id_text, std::string_view caller,
                            desk::Desk& desk, Exchange& exchange) {
  const auto id = saga::OrderId::parse(id_text);
  if (!id) return answer_no_order(exchange);
  const auto what = about == Call::About::cancel ? tape::OrderRequest::cancel : tape::OrderRequest::retry;
  Call& call = begin(about, exchange);
  desk.request(*id, what, caller, deadlines(), call);
  call.wait_unless_answered();
}

}  // namespace http
