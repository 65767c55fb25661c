#include "engine/desk/placing.h"

#include <algorithm>
#include <utility>

#include "engine/codec/document.h"
#include "engine/desk/live_order.h"

namespace desk {
namespace {

using At = Whereabouts::At;
using Refusal = orders::Orders::Refusal;

std::string_view describe(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      break;
    case Refusal::closed:
      return cause::closed;
    case Refusal::too_many:
      return "as many orders are under way as may be";
    case Refusal::no_memory:
      return "the orders under way use all the memory they may";
    case Refusal::no_room:
      return "the orders under way are waiting for Kafka or Redis";
    case Refusal::mails_waiting:
      return "as many orders wait for their mail as may be";
    case Refusal::log_stalled:
      return "Kafka has not acknowledged anything for a while";
  }
  return {};
}

/// As orders under way come to their end.
bool passes_by_itself(Refusal refusal) {
  return refusal == Refusal::too_many || refusal == Refusal::no_memory || refusal == Refusal::no_room;
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
  from_outside_ = request.from_outside;
  if (from_outside_ && key_names_another()) return answer({.outcome = Outcome::other_body});
  if (from_outside_ && look_into_memory(id_)) return;
  const Refusal why = all_.line.empty() ? crowded(tape::Record::bytes_for(order)) : Refusal::no_room;
  if (why == Refusal::none && !from_outside_) return admit(with_.orders.admit(order));
  if (why == Refusal::none && !with_.store.connected()) return not_taken(cause::store_away);
  draft_.reset(tape::Record::create(order));
  if (why == Refusal::none) return seek();
  wait_in_line(why);
}

// --- In line.

/// Why it had better wait for a moment.
Refusal Placing::crowded(std::size_t bytes) const {
  const Refusal why = with_.orders.refusal_of(bytes, all_.seeking);
  if (why != Refusal::none) return passes_by_itself(why) ? why : Refusal::none;
  const tape::Room& room = with_.tape.room();
  const tape::Index acked = with_.tape.released.read() - with_.tape.stored.read();
  const std::size_t unacked =
      room.capacity() - room.free() - acked;  // those to come of orders just let in, too
  return unacked + all_.seeking > engine::limits::unacked_events_usual ? Refusal::no_room : Refusal::none;
}

void Placing::wait_in_line(Refusal why) {
  if (all_.line.size() >= engine::limits::orders_in_line) return not_taken(describe(why));
  in_line_ = why;
  all_.line.push_back(this);
  keep_waiting(deadlines_.room);
}

void Placing::leave_line() {
  in_line_ = Refusal::none;
  // Whose time is up has waited longest, and is at the head; only a client that has gone stood anywhere.
  all_.line.erase(std::find(all_.line.begin(), all_.line.end(), this));
}

bool Placing::try_again() {
  if (crowded(draft_->bytes) != Refusal::none) return false;
  leave_line();
  stop_waiting();
  if (!from_outside_) {
    admit(with_.orders.admit(draft_));
  } else if (key_names_another()) {
    answer({.outcome = Outcome::other_body});
  } else if (!look_into_memory(id_)) {
    seek();
  }
  return true;
}

void Placings::serve_line() {
  while (!line.empty() && line.front()->try_again()) {
  }
}

// --- What is known of it.

void Placing::seek() {
  seeking_ = true;
  ++all_.seeking;
  asks_for_key_ = key_id_.has_value();
  ask_store(key_id_.value_or(id_));
}

void Placing::end_seek() {
  if (std::exchange(seeking_, false)) --all_.seeking;
}

void Placing::looked_up(const Whereabouts& order) {
  if (order.at == At::unknown) return not_taken(cause::store_away);
  if (asks_for_key_) return found_key(order.at);
  end_seek();
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
  if (has_ended(*status)) return answer_ended(ended_order(kept.document, kept.seen));
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
  if (in_line_ != Refusal::none) return not_taken(describe(in_line_));
  if (known() != saga::State::none) return answer(accepted(known()));
  if (wait_until_ && !std::exchange(time_is_up_, true) && *wait_until_ < deadlines_.ack)
    return wait_until(deadlines_.ack);
  answer({.outcome = Outcome::unknown, .id = id_});
}

void Placing::cut_off() {
  if (in_line_ != Refusal::none) return not_taken(cause::gone);
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
  if (in_line_ != Refusal::none) leave_line();
  end_seek();
  wait_until_.reset();
  draft_.reset();
  asks_for_key_ = replayed_ = time_is_up_ = from_store_ = false;
  spilled_ = saga::State::none;
  all_.pool.give(*this);
}

}  // namespace desk
