#include "tests/sim/audit.h"

#include <cstdio>

#include "tests/sim/allocations.h"
#include "tests/sim/violation.h"

namespace sim {

void Audit::watch(Engine& engine) {
  engine_ = &engine;
  tape_next_ = released_next_ = 0;
  unplaced_ = 0;
  engine.release.add_listener(*this);
}

void Audit::check() {
  const Uncounted guard;
  read_log();
  read_tape();
  const tape::Tape& tape = engine_->tape;
  const tape::Index stored_to = tape.stored.read();
  const tape::Index released_to = tape.released.read();
  require(stored_to <= released_to && released_to <= tape.acked.read() &&
              tape.acked.read() <= tape.produced.read() && tape.produced.read() <= tape.claimed(),
          "the tape's cursors have overtaken each other");
  require(tape.acked.read() <= engine_->log.told(), "acked lies ahead of what Kafka has reported");
  require(tape.room().free() + (tape.claimed() - stored_to) + unplaced_ == tape.room().capacity(), [&] {
    return "room is not conserved: " + std::to_string(tape.room().free()) + " free, " +
           std::to_string(tape.claimed() - stored_to) + " on the tape, " + std::to_string(unplaced_) +
           " let in, of " + std::to_string(tape.room().capacity());
  });
}

const RecordText* Audit::text(tape::Offset offset) const {
  const auto& text = texts_[static_cast<std::size_t>(offset - partition_.begin())];
  return text ? &*text : nullptr;
}

void Audit::read_log() {
  for (; next_ < partition_.end(); ++next_) {
    const Partition::Entry& entry = partition_.at(next_);
    auto& text = texts_.emplace_back();
    if (!entry.occupied) continue;
    text.emplace(entry.key, entry.value);
    log.read(next_, *text);
  }
}

void Audit::advance(Model& model, tape::Offset& next, tape::Offset through) {
  read_log();
  require(through < next_, "a place behind the end of the log");
  for (; next <= through; ++next) {
    if (const RecordText* record = text(next)) model.read(next, *record);
  }
}

void Audit::read_tape() {
  for (; tape_next_ < engine_->tape.claimed(); ++tape_next_) check_event(engine_->tape.event(tape_next_));
}

/// The event has just been appended, so its record is there.
void Audit::check_event(const tape::Event& event) {
  using saga::EventKind;
  if (event.kind == EventKind::StockSet || event.kind == EventKind::OrderPlaced) {
    require(unplaced_ > 0, "an order or a stock level on the tape that was not let in");
    --unplaced_;
  }
  const std::string id = event.kind == EventKind::StockSet ? event.stock->sku : event.record->order.id.str();
  const std::string what = std::string{saga::name(event.kind)} + " of " + id;
  if (trace) {
    std::printf("    tape %lu: %s.%u -> %.*s\n", static_cast<unsigned long>(tape_next_), what.c_str(),
                event.step, static_cast<int>(saga::name(event.state).size()), saga::name(event.state).data());
  }
  if (event.kind == EventKind::StockSet) return;
  OnTape& order = orders_[event.record->order.id];
  require(event.step == order.step + 1,
          [&] { return "two tokens: " + what + " is out of turn on the tape"; });
  order.step = event.step;
  order.state = event.state;
  require(event.kind != EventKind::ShippingConfirmed || !event.record->wished(tape::Wish::cancel),
          [&] { return what + " although its customer had cancelled before"; });
  order.resumes += event.kind == EventKind::OrderResumed ? 1 : 0;
  require(order.resumes <= order.resumes_allowed, [&] { return what + " although nobody asked"; });
  check_attempts(event, what);
}

/// Forwards, a step is not tried more often than its rules say.
void Audit::check_attempts(const tape::Event& event, const std::string& what) const {
  using saga::EventKind;
  const bool paying =
      event.kind == EventKind::PaymentConfirmed || event.kind == EventKind::PaymentNotAuthorized;
  const bool shipping = event.kind == EventKind::ShippingConfirmed || event.kind == EventKind::ShippingFailed;
  if (!paying && !shipping) return;
  const handlers::RetryRules& rules = paying ? settings_.retry.payment : settings_.retry.shipping;
  require(event.record->attempts.load() <= rules.attempts,
          [&] { return what + " after " + std::to_string(event.record->attempts.load()) + " attempts"; });
}

void Audit::released(tape::Index end) {
  const Uncounted guard;
  read_log();
  require(end <= engine_->log.told(), "an event is released before Kafka has reported it");
  for (; released_next_ < end; ++released_next_) {
    const tape::Event& event = engine_->tape.event(released_next_);
    const tape::Place& place = engine_->tape.place(released_next_);
    const std::string id = event.kind == saga::EventKind::StockSet
                               ? std::to_string(place.epoch) + "." + std::to_string(place.seq)
                               : event.record->order.id.str() + "." + std::to_string(event.step);
    require(place.epoch == engine_->log.epoch() && place.seq == released_next_ + 1,
            [&] { return "released under another epoch or seq: " + id; });
    told_of(place.offset);
    const std::size_t index = place.seq - 1;
    require(seen.epoch == place.epoch && index < seen.ids.size() && seen.offsets[index] == place.offset &&
                seen.ids[index] == id,
            [&] {
              return "released, but not valid in the log at offset " + std::to_string(place.offset) + ": " +
                     id;
            });
  }
}

void Audit::told_of(tape::Offset offset) { advance(seen, seen_next_, offset); }

void Audit::applied(const engine::Store::Batch& batch) {
  require(batch.reaches.epoch == engine_->log.epoch() && batch.reaches.seq <= engine_->log.told(),
          "Redis' checkpoint is ahead of the acks");
  stored.touched.clear();
  const auto stock = stored.stock;
  advance(stored, stored_next_, batch.reaches.offset);
  require(stored.epoch == batch.reaches.epoch && stored.seq == static_cast<std::int64_t>(batch.reaches.seq) &&
              stored.offset == batch.reaches.offset,
          "Redis' checkpoint is not the place of that event");
  for (const engine::Store::OrderWrite& write : batch.orders) {
    const std::string id = write.id.str();
    const Model::Order* const order = stored.find(id);
    require(order != nullptr, [&] { return "Redis has an order that is not in the log: " + id; });
    Model::compare(id, *order, write.document);
    require(write.finished == order->ended(), [&] { return "finished in Redis, or in the log: " + id; });
    stored.touched.erase(id);
  }
  require(stored.touched.empty(),
          [&] { return "the batch has left out order " + std::string{*stored.touched.begin()}; });
  std::map<std::string_view, std::int64_t> levels = stock;
  for (const engine::Store::StockWrite& write : batch.stock) levels[write.sku] = write.free;
  require(levels == stored.stock, "Redis has another stock than the log says");
}

void Audit::submitted(const engine::Mail& mail) {
  const std::string id = mail.record->order.id.str();
  const Model::Order* const order = seen.find(id);
  const bool shipped = mail.what == saga::MailTemplate::shipping_confirmation;
  require(order != nullptr && order->state == (shipped ? "shipped" : "mailing"),
          [&] { return "a mail before its event is acked: " + id; });
  require(saga::name(mail.reason) == order->reason, [&] { return "a mail with another reason: " + id; });
}

void Audit::check_all(const Redis& redis) {
  read_log();
  log.check_books();
  for (const auto& [id, document] : redis.orders) {
    const Model::Order* const order = stored.find(id.str());
    require(order != nullptr,
            [&id = id] { return "Redis has an order that is not in the log: " + id.str(); });
    Model::compare(id.str(), *order, document);
    require((redis.live.count(id) == 1) != order->ended(),
            [&id = id] { return "the live set is wrong about order " + id.str(); });
    require((redis.finished.count(id) == 1) == order->ended(),
            [&id = id] { return "the list of the finished is wrong about order " + id.str(); });
  }
  require(redis.orders.size() == stored.orders.size(), "Redis lacks orders that are in the log");
  for (const auto& [sku, level] : stored.stock) {
    const auto kept = redis.stock.find(std::string{sku});
    require(kept != redis.stock.end() && kept->second == level,
            [&sku = sku] { return "Redis has another stock of " + std::string{sku}; });
  }
}

}  // namespace sim
