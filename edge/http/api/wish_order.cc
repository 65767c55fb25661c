#include "edge/http/api/wish_order.h"

#include "edge/http/api/order_answers.h"
#include "engine/codec/document.h"
#include "engine/saga/table.h"

namespace http {
namespace {

enum class Verdict : std::uint8_t { granted, refused, open };

/// What an order's acked status says of a wish by itself.
Verdict judge(tape::OrderRequest wish, saga::State status) {
  if (wish == tape::OrderRequest::retry)
    return status == saga::State::parked ? Verdict::open : Verdict::refused;
  if (saga::backwards(status)) return Verdict::granted;
  const bool shipped = status == saga::State::shipped || status == saga::State::completed;
  return shipped ? Verdict::refused : Verdict::open;
}

void refuse(Exchange& exchange, const saga::OrderId& id, tape::OrderRequest wish) {
  const bool cancel = wish == tape::OrderRequest::cancel;
  exchange.refuse({.status = 409,
                   .detail = cancel ? "What is shipped cannot be cancelled."
                                    : "Only an order that is parked can be sent on.",
                   .pointer = {},
                   .type = cancel ? problem_type::shipped : problem_type::not_parked,
                   .title = cancel ? "The order is shipped" : "The order is not parked",
                   .order_id = id.str()});
}

}  // namespace

void WishOrder::handle(tape::OrderRequest wish, std::string_view id_text, Exchange& exchange) {
  const auto id = saga::OrderId::parse(id_text);
  if (!id) return answer_no_order(exchange);
  const Asked asked{*id, wish};
  if (settle_from_memory(exchange, asked)) return;
  if (!store_.connected()) return answer_away(exchange);
  new_asking(exchange, asked).look_up();
}

bool WishOrder::settle_from_memory(Exchange& exchange, const Asked& asked) {
  if (tape::Record* const live = orders_.find_live(asked.id)) {
    pass_on(exchange, asked, *live);
    return true;
  }
  const orders::Finished* const finished = orders_.find_finished(asked.id);
  if (finished != nullptr) settle(exchange, asked, finished->status);
  return finished != nullptr;
}

void WishOrder::pass_on(Exchange& exchange, const Asked& asked, tape::Record& record) {
  // A cancel may come before the order's first ack; but nobody can know yet that it is parked, or is at all.
  if (asked.wish == tape::OrderRequest::retry && record.status == saga::State::none)
    return answer_unacked(exchange, asked.id);
  const Verdict verdict = judge(asked.wish, record.status);
  if (verdict == Verdict::granted) return answer_accepted(exchange, asked.id, record.status);
  if (verdict == Verdict::refused) return refuse(exchange, asked.id, asked.wish);
  if (!dispatch_.request(record, asked.wish))
    return answer_not_taken(exchange, "the order is just being asked something else");
  new_asking(exchange, asked).wait_for(record);
}

/// The order is not live; `kept` is what memory or Redis keeps of it.
void WishOrder::settle(Exchange& exchange, const Asked& asked, std::optional<saga::State> kept) {
  if (!kept) return answer_not_taken(exchange, "what Redis keeps under this id is not an order");
  const Verdict verdict = judge(asked.wish, *kept);
  if (verdict == Verdict::granted) return answer_accepted(exchange, asked.id, *kept);
  if (verdict == Verdict::refused) return refuse(exchange, asked.id, asked.wish);
  // Unfinished, and nobody here holds it: it was left by an engine before this one.
  answer_not_taken(exchange, "the order is unfinished, and this engine has not taken it up");
}

WishOrder::Asking& WishOrder::new_asking(Exchange& exchange, const Asked& asked) {
  Asking& asking = askings_.take(*this);
  asking.begin(exchange, asked);
  return asking;
}

void WishOrder::answer_unknown() {
  askings_.for_each([](Asking& asking) {
    if (asking.active()) asking.answer_unknown();
  });
}

WishOrder::Asking::Asking(WishOrder& owner)
    : OrderWait(owner.store_, owner.reactor_, owner.settings_.lookup_deadline), owner_(owner) {}

void WishOrder::Asking::begin(Exchange& exchange, const Asked& asked) {
  OrderWait::begin(exchange);
  asked_ = asked;
}

void WishOrder::Asking::wait_for(tape::Record& record) {
  attach(record);
  reactor_.timers().arm(*this, reactor_.now() + owner_.settings_.ack_deadline);
}

void WishOrder::Asking::looked_up(Found found, std::string_view document) {
  const Asked asked = asked_;
  Exchange& exchange = release();
  // It may have been placed since the question was asked.
  if (owner_.settle_from_memory(exchange, asked)) return;
  if (found == Found::unavailable) return answer_away(exchange);
  if (found == Found::no) return answer_no_order(exchange);
  owner_.settle(exchange, asked, codec::status(document));
}

void WishOrder::Asking::acked(const tape::Record& record, const tape::Event& event) {
  const Asked asked = asked_;
  if (asked.wish == tape::OrderRequest::retry) {
    if (event.kind == saga::EventKind::OrderResumed) answer_accepted(release(), asked.id, record.status);
    return;
  }
  const Verdict verdict = judge(asked.wish, event.state);
  if (verdict == Verdict::granted) answer_accepted(release(), asked.id, record.status);
  if (verdict == Verdict::refused) refuse(release(), asked.id, asked.wish);
}

void WishOrder::Asking::fire(engine::Time) {
  const saga::OrderId id = asked_.id;
  answer_outcome_unknown(release(), id,
                         "The wish was passed on, but what came of it is not acknowledged yet: ask for the "
                         "order, or say it again.");
}

}  // namespace http
