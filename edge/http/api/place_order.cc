#include "edge/http/api/place_order.h"

#include <utility>

#include "edge/http/api/order_answers.h"
#include "edge/http/api/prefer.h"
#include "edge/http/wire/text.h"
#include "engine/codec/document.h"
#include "engine/ensure.h"

namespace http {
namespace {

using Found = engine::Store::DocumentListener::Found;

const char* describe(orders::Orders::Refusal refusal) {
  switch (refusal) {
    case orders::Orders::Refusal::none:
      break;
    case orders::Orders::Refusal::closed:
      return cause::closed;
    case orders::Orders::Refusal::too_many:
      return "as many orders are under way as may be";
    case orders::Orders::Refusal::no_memory:
      return "the orders under way use all the memory they may";
    case orders::Orders::Refusal::no_room:
      return "the orders under way are waiting for Kafka or Redis";
    case orders::Orders::Refusal::mails_waiting:
      return "as many orders wait for their mail as may be";
    case orders::Orders::Refusal::log_stalled:
      return "Kafka has not acknowledged anything for a while";
  }
  return "";
}

}  // namespace

PlaceOrder::PlaceOrder(const Settings& settings, edge::Reactor& reactor, orders::Orders& orders,
                       engine::Store& store, orders::Dispatch& dispatch, Random& random)
    : settings_(settings),
      reactor_(reactor),
      orders_(orders),
      store_(store),
      dispatch_(dispatch),
      random_(random),
      parser_(settings.currency) {}

void PlaceOrder::handle(const Request& request, Exchange& exchange, std::string_view caller) {
  if (present(request.content_type) && !is_json(request.content_type))
    return exchange.refuse({.status = 415, .detail = "an order is application/json", .pointer = {}});
  if (const auto problem = parser_.parse(request.body, draft_)) return exchange.refuse(*problem);
  bool from_outside = false;
  Placement::Wish wish;
  if (const auto problem = identify(request, caller, wish, from_outside)) return exchange.refuse(*problem);
  draft_.order.body_hash = sha256_.of(request.body);
  wish.id = draft_.order.id;
  wish.body_hash = draft_.order.body_hash;
  wish.arrived = reactor_.now();
  if (orders_.intake_open()) wish.wait = preferred_wait(request.prefer.text());  // a stop waits for nobody
  if (!from_outside) return admit(exchange, wish);
  if (key_names_another(wish)) return answer_other_body(exchange);
  if (settle_from_memory(exchange, wish)) return;
  if (!store_.connected()) return answer_not_taken(exchange, cause::redis_away);
  new_placement(exchange, wish).look_up(request.body);
}

std::optional<Problem> PlaceOrder::identify(const Request& request, std::string_view caller,
                                            Placement::Wish& wish, bool& from_outside) {
  const bool keyed = present(request.idempotency_key);
  from_outside = draft_.names_id || keyed;
  if (!from_outside) draft_.order.id = new_id(reactor_.shown(), random_);
  if (!keyed) return std::nullopt;
  const auto key = idempotency_key(request.idempotency_key);
  if (!key)
    return Problem{
        .status = 400, .detail = "Idempotency-Key must be 1 to 255 printable characters", .pointer = {}};
  const saga::OrderId key_id = derived_id(sha256_, caller, *key);
  if (!draft_.names_id) {
    draft_.order.id = key_id;
  } else if (draft_.order.id != key_id) {
    wish.key_id = key_id;
  }
  return std::nullopt;
}

/// As far as memory knows.
bool PlaceOrder::key_names_another(const Placement::Wish& wish) const {
  const saga::OrderId* const owner = key_owners_.find(wish.key_id.value_or(wish.id));
  if (owner != nullptr) return *owner != wish.id;
  return wish.key_id &&
         (orders_.find_live(*wish.key_id) != nullptr || orders_.find_finished(*wish.key_id) != nullptr);
}

bool PlaceOrder::settle_from_memory(Exchange& exchange, const Placement::Wish& wish) {
  tape::Record* const live = orders_.find_live(wish.id);
  if (live == nullptr) {
    const orders::Finished* const finished = orders_.find_finished(wish.id);
    if (finished != nullptr) replay(exchange, wish, finished->document);
    return finished != nullptr;
  }
  const bool same = live->order.body_hash == wish.body_hash;
  // Nothing is said about an order that is not acked, not even that there is one.
  if (live->status == saga::State::none || (same && wish.wait && !saga::ended(live->status))) {
    new_placement(exchange, wish).wait_for(*live, true);
  } else if (!same) {
    answer_other_body(exchange);
  } else if (wish.wait) {
    std::string document;
    codec::render_document(*live, document);
    answer_ended(exchange, wish.id, document, {true, wish.wait});
  } else {
    answer_accepted(exchange, wish.id, live->status, {true, wish.wait});
  }
  return true;
}

void PlaceOrder::replay(Exchange& exchange, const Placement::Wish& wish, std::string_view document) {
  const auto hash = codec::body_hash(document);
  const auto status = codec::status(document);
  if (!hash || !status) return answer_not_taken(exchange, "what Redis keeps under this id is not an order");
  if (*hash != wish.body_hash) return answer_other_body(exchange);
  if (wish.key_id) key_owners_.remember(*wish.key_id, wish.id);
  if (wish.wait && saga::ended(*status)) return answer_ended(exchange, wish.id, document, {true, wish.wait});
  answer_accepted(exchange, wish.id, *status, {true, wish.wait});
}

void PlaceOrder::looked_up(Placement& placement, Found found, std::string_view document) {
  const Placement::Wish wish = placement.wish();
  if (found == Found::no) {
    const auto problem = parser_.parse(placement.body(), draft_);
    ENSURE(!problem);  // it was fine before
    draft_.order.id = wish.id;
    draft_.order.body_hash = wish.body_hash;
  }
  if (found == Found::yes && wish.wait && codec::body_hash(document) == wish.body_hash) {
    // Unfinished and without a record: it was set aside.
    const auto status = codec::status(document);
    if (status && !saga::ended(*status)) return placement.wait_for_return(*status);
  }
  Exchange& exchange = placement.release();
  if (found == Found::yes) return replay(exchange, wish, document);
  if (found == Found::unavailable) return answer_not_taken(exchange, cause::redis_away);
  if (key_names_another(wish)) return answer_other_body(exchange);
  if (!settle_from_memory(exchange, wish)) admit(exchange, wish);
}

/// A stop does not wait for what may stay away for as long as the mail server does.
void PlaceOrder::look_again(Placement& placement) {
  const Placement::Wish wish = placement.wish();
  if (orders_.find_live(wish.id) != nullptr || orders_.find_finished(wish.id) != nullptr) {
    settle_from_memory(placement.release(), wish);
  } else if (orders_.intake_open()) {
    placement.still_away();
  } else {
    placement.accept();
  }
}

void PlaceOrder::admit(Exchange& exchange, const Placement::Wish& wish) {
  const orders::Orders::Admission admission = orders_.admit(draft_.order);
  if (admission.record == nullptr) return answer_not_taken(exchange, describe(admission.refusal));
  dispatch_.arrive(*admission.record);
  if (wish.key_id) key_owners_.remember(*wish.key_id, wish.id);
  new_placement(exchange, wish).wait_for(*admission.record, false);
}

Placement& PlaceOrder::new_placement(Exchange& exchange, const Placement::Wish& wish) {
  Placement& placement = placements_.take(static_cast<Placement::Desk&>(*this), store_, reactor_, settings_);
  placement.begin(exchange, wish);
  return placement;
}

void PlaceOrder::end_waits() {
  placements_.for_each([](Placement& placement) {
    if (placement.active()) placement.end_wait();
  });
}

void PlaceOrder::answer_unknown() {
  placements_.for_each([](Placement& placement) {
    if (placement.active()) placement.answer_unknown();
  });
}

}  // namespace http
