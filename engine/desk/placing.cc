#include "engine/desk/placing.h"

#include <algorithm>
#include <utility>

#include "engine/codec/document.h"
#include "engine/desk/live_order.h"

namespace desk {
namespace {

using At = Whereabouts::At;

std::string_view describe(orders::Orders::Refusal refusal) {
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
  return {};
}

/// As everybody sees it: another mail changes nothing of that.
bool has_ended(saga::State status) { return saga::ended(status) || saga::mailing_again(status); }

}  // namespace

void Placing::start(const PlaceRequest& request, const Deadlines& deadlines, Client& client) {
  begin(client, deadlines);
  id_ = request.order.id;
  body_hash_ = request.order.body_hash;
  key_id_ = request.key_id;
  if (with_.orders.intake_open()) wait_until_ = request.wait_until;  // a stop waits for nobody
  saga::Order order = request.order;
  if (!order.costs_nothing()) order.capture = with_.capture;
  if (!request.from_outside) return admit(with_.orders.admit(order));
  if (key_names_another()) return answer({.outcome = Outcome::other_body});
  if (look_into_memory(id_)) return;
  if (!with_.store.connected()) return not_taken(cause::store_away);
  draft_.reset(tape::Record::create(order));
  asks_for_key_ = key_id_.has_value();
  ask_store(key_id_.value_or(id_));
}

void Placing::looked_up(const Whereabouts& order) {
  if (order.at == At::unknown) return not_taken(cause::store_away);
  if (asks_for_key_) return found_key(order.at);
  if (order.at == At::live) return settle(*order.record);
  if (order.at != At::nowhere) return replay(order);
  if (key_names_another()) return answer({.outcome = Outcome::other_body});
  admit(with_.orders.admit(draft_));
}

void Placing::found_key(At at) {
  if (at != At::nowhere) return answer({.outcome = Outcome::other_body});
  asks_for_key_ = false;
  look_up(id_);
}

/// As far as memory knows.
bool Placing::key_names_another() const {
  const saga::OrderId* const owner = all_.key_owners.find(key_id_.value_or(id_));
  if (owner != nullptr) return *owner != id_;
  return key_id_ &&
         (with_.orders.find_live(*key_id_) != nullptr || with_.orders.find_finished(*key_id_) != nullptr);
}

void Placing::admit(const orders::Orders::Admission& admission) {
  if (admission.record == nullptr) return not_taken(describe(admission.refusal));
  with_.dispatch.arrive(*admission.record);
  if (key_id_) all_.key_owners.remember(*key_id_, id_);
  await_ack(*admission.record);
}

void Placing::await_ack(tape::Record& record) {
  await(record, wait_until_ ? std::min(*wait_until_, deadlines_.ack) : deadlines_.ack);
}

/// An order of this id is live.
void Placing::settle(tape::Record& live) {
  replayed_ = true;
  // Nothing is said about an order that is not acked, not even that there is one.
  if (live.status == saga::State::none) return await_ack(live);
  if (live.order.body_hash != body_hash_) return answer({.outcome = Outcome::other_body});
  if (!wait_until_) return answer(accepted(live.status));
  if (!has_ended(live.status)) return await(live, *wait_until_);
  answer_ended(live_order(live, with_));
}

/// A document of this id is kept.
void Placing::replay(const Whereabouts& kept) {
  replayed_ = true;
  from_store_ = kept.at == At::store;
  const auto hash = codec::body_hash(kept.document);
  const auto status = codec::status(kept.document);
  if (!hash || !status) return not_taken(cause::no_document);
  if (*hash != body_hash_) return answer({.outcome = Outcome::other_body, .from_store = from_store_});
  if (key_id_) all_.key_owners.remember(*key_id_, id_);
  if (!wait_until_) return answer(accepted(*status));
  if (has_ended(*status)) return answer_ended(ended_order(kept.document, kept.acked));
  spilled_ = *status;  // unfinished and without a record
  await_return(id_, *wait_until_);
}

void Placing::acked(const tape::Record& record, const tape::Event&) {
  if (record.order.body_hash != body_hash_) return answer({.outcome = Outcome::other_body});
  if (!wait_until_ || time_is_up_) return answer(accepted(record.status));
  if (has_ended(record.status)) return answer_ended(live_order(record, with_));
  if (record.step_count == 1) wait_until(*wait_until_);
}

/// What may be said of the order; none: nothing of it is acked.
saga::State Placing::known() const { return record_ != nullptr ? record_->status : spilled_; }

void Placing::late() {
  if (known() != saga::State::none) return answer(accepted(known()));
  if (wait_until_ && !std::exchange(time_is_up_, true) && *wait_until_ < deadlines_.ack)
    return wait_until(deadlines_.ack);
  answer({.outcome = Outcome::unknown, .id = id_});
}

void Placing::cut_off() {
  time_is_up_ = true;
  late();
}

void Placing::end_wait() {
  if (!std::exchange(wait_until_, std::nullopt)) return;
  if (known() != saga::State::none) return answer(accepted(known()));
  if (record_ != nullptr) wait_until(deadlines_.ack);
}

Answer Placing::accepted(saga::State status) const {
  return {.outcome = Outcome::accepted,
          .id = id_,
          .status = status,
          .replayed = replayed_,
          .waited = wait_until_.has_value(),
          .from_store = from_store_ && record_ == nullptr};
}

void Placing::answer_ended(std::string_view shown) {
  answer({.outcome = Outcome::ended,
          .id = id_,
          .replayed = replayed_,
          .waited = true,
          .from_store = from_store_ && record_ == nullptr,
          .document = shown});
}

void Placing::given_back() {
  wait_until_.reset();
  draft_.reset();
  asks_for_key_ = replayed_ = time_is_up_ = from_store_ = false;
  spilled_ = saga::State::none;
  all_.pool.give(*this);
}

}  // namespace desk
