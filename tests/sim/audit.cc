#include "tests/sim/audit.h"

#include <algorithm>
#include <cstdio>

#include "tests/sim/allocations.h"
#include "tests/sim/violation.h"

namespace sim {

void Audit::watch(Engine& engine) {
  engine_ = &engine;
  tape_next_ = released_next_ = 0;
  placed_ = 0;
  orders_.clear();
  seen = books_.log.anew();
  seen_next_ = books_.partition().begin();
  told_of(engine.log.epoch());
  engine.release.add_listener(*this);
}

void Audit::check() {
  const Uncounted guard;
  read_tape();
  const tape::Tape& tape = engine_->tape;
  const tape::Index stored_to = tape.stored.read();
  const tape::Index released_to = tape.released.read();
  require(stored_to <= released_to && released_to <= tape.acked.read() &&
              tape.acked.read() <= tape.produced.read() && tape.produced.read() <= tape.claimed(),
          "the tape's cursors have overtaken each other");
  require(tape.acked.read() <= engine_->log.told(), "acked lies ahead of what Kafka has reported");
  require(engine_->release.outcomes().imbalances() == 0, "the engine says that its books do not agree");
  require(tape.room().free() + (tape.claimed() - stored_to) + unplaced() == tape.room().capacity(), [&] {
    return "room is not conserved: " + std::to_string(tape.room().free()) + " free, " +
           std::to_string(tape.claimed() - stored_to) + " on the tape, " + std::to_string(unplaced()) +
           " let in, of " + std::to_string(tape.room().capacity());
  });
}

void Audit::read_tape() {
  for (; tape_next_ < engine_->tape.claimed(); ++tape_next_) check_event(engine_->tape.event(tape_next_));
}

/// The event has just been appended, so its record is there.
void Audit::check_event(const tape::Event& event) {
  using saga::EventKind;
  if (event.kind == EventKind::StockSet || event.kind == EventKind::OrderPlaced ||
      event.kind == EventKind::MailRequested) {
    require(unplaced() > 0, "an order, a mail or a stock level on the tape that was not let in");
    ++placed_;
  }
  const std::string id = event.kind == EventKind::StockSet ? event.stock->sku : event.record->order.id.str();
  const std::string what = std::string{saga::name(event.kind)} + " of " + id;
  if (trace) {
    std::printf("    tape %lu: %s.%u -> %.*s\n", static_cast<unsigned long>(tape_next_), what.c_str(),
                event.step, static_cast<int>(saga::name(event.state).size()), saga::name(event.state).data());
  }
  if (event.kind == EventKind::StockSet) return;
  OnTape& order = on_tape(event.record->order.id);
  require(event.step == order.step + 1,
          [&] { return "two tokens: " + what + " is out of turn on the tape"; });
  order.step = event.step;
  require(event.kind != EventKind::ShippingConfirmed || settings_.outside.shipping ||
              !event.record->requested(tape::OrderRequest::cancel),
          [&] { return what + " although its customer had cancelled before"; });
  order.resumes += event.kind == EventKind::OrderResumed ? 1 : 0;
  require(order.resumes <= books_.resumes_allowed(event.record->order.id),
          [&] { return what + " although nobody asked"; });
  check_attempts(event, what);
  const saga::MailTemplate mail = event.state == saga::State::completed
                                      ? saga::MailTemplate::shipping_confirmation
                                      : saga::MailTemplate::order_cancelled;
  require(event.kind != EventKind::NotificationSent || settings_.by_topic.mails ||
              engine_->mails().believable({event.record->order.id, mail, event.record->mail_step}),
          [&] { return what + " although the mail server has not said so"; });
}

/// Where the order was when this engine took it up.
Audit::OnTape& Audit::on_tape(const saga::OrderId& id) {
  const auto [at, added] = orders_.try_emplace(id);
  const Model::Order* const order = added ? seen.find(id.str()) : nullptr;
  if (order == nullptr) return at->second;
  at->second.step = static_cast<std::uint32_t>(order->steps.size());
  at->second.resumes = static_cast<std::uint64_t>(
      std::count_if(order->steps.begin(), order->steps.end(),
                    [](const Model::Step& step) { return step.type == "OrderResumed"; }));
  return at->second;
}

/// Forwards, a step is not tried more often than its rules say.
void Audit::check_attempts(const tape::Event& event, const std::string& what) const {
  using saga::EventKind;
  const bool paying =
      event.kind == EventKind::PaymentConfirmed || event.kind == EventKind::PaymentNotAuthorized;
  const bool shipping = event.kind == EventKind::ShippingConfirmed || event.kind == EventKind::ShippingFailed;
  if (!paying && !shipping) return;
  const handlers::RetryRules& rules =
      settings_.retry.of(paying ? saga::HandlerId::payment : saga::HandlerId::shipping);
  require(event.record->attempts.load() <= rules.attempts,
          [&] { return what + " after " + std::to_string(event.record->attempts.load()) + " attempts"; });
}

void Audit::released(tape::Index end) {
  const Uncounted guard;
  require(end <= engine_->log.told(), "an event is released before Kafka has reported it");
  for (; released_next_ < end; ++released_next_) {
    const tape::Event& event = engine_->tape.event(released_next_);
    const tape::Place& place = engine_->tape.place(released_next_);
    const std::string id = event.kind == saga::EventKind::StockSet
                               ? std::to_string(place.epoch) + "." + std::to_string(place.seq)
                               : event.record->order.id.str() + "." + std::to_string(event.step);
    told_of(place.offset);
    const auto found = seen.valid.find(place.offset);
    require(found != seen.valid.end() && found->second.id == id && found->second.epoch == place.epoch &&
                found->second.seq == static_cast<std::int64_t>(place.seq),
            [&] {
              return "released, but not valid in the log at offset " + std::to_string(place.offset) + ": " +
                     id;
            });
  }
}

void Audit::called(const engine::Call& call) {
  const Model::Order* const order = seen.find(call.key.substr(0, call.key.find('.')));
  require(order != nullptr && order->turn() == saga::name(call.turn),
          [&] { return "a call before its event is acked, or behind its turn: " + call.key; });
}

void Audit::submitted(const engine::Mail& mail) {
  const std::string id = mail.record->order.id.str();
  const Model::Order* const order = seen.find(id);
  const bool shipped = mail.what == saga::MailTemplate::shipping_confirmation;
  const std::string_view shipment = order != nullptr && order->captured_later ? "captured" : "shipped";
  const std::string_view due = shipped ? (mail.again == 0 ? shipment : "completed, mailing")
                                       : (mail.again == 0 ? "mailing" : "cancelled, mailing");
  require(order != nullptr && order->state == due, [&] { return "a mail before its event is acked: " + id; });
  require(mail.again == 0 || mail.again == order->steps.size(),
          [&] { return "a mail under the id of another: " + id; });
  require(saga::name(mail.reason) == order->reason, [&] { return "a mail with another reason: " + id; });
}

}  // namespace sim
