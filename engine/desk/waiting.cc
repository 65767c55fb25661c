#include "engine/desk/waiting.h"

#include <utility>

#include "engine/ensure.h"

namespace desk {

void Client::forget() {
  if (waiting_ != nullptr) waiting_->forget();
}

void Waiting::begin(Client& client, const Deadlines& deadlines) {
  ENSURE(!active() && !client.waiting());
  client_ = &client;
  client.waiting_ = this;
  deadlines_ = deadlines;
}

Client& Waiting::release() {
  ENSURE(active());
  stop_asking();
  with_.timers.cancel(*this);
  if (record_ != nullptr) record_->detach(*this);
  record_ = nullptr;
  if (std::exchange(returning_, false)) with_.orders.forget_return(sought_, *this);
  Client& client = *std::exchange(client_, nullptr);
  client.waiting_ = nullptr;
  given_back();
  return client;
}

void Waiting::answer(const Answer& answer) { release().answered(answer); }

void Waiting::give_up() {
  if (!asking_) return cut_off();
  stop_asking();
  cut_short();
}

// --- Who has it.

void Waiting::look_up(const saga::OrderId& id) {
  if (!look_into_memory(id)) ask_store(id);
}

bool Waiting::look_into_memory(const saga::OrderId& id) {
  using At = Whereabouts::At;
  if (tape::Record* const live = with_.orders.find_live(id)) {
    looked_up({.at = At::live, .record = live});
    return true;
  }
  const orders::Finished* const finished = with_.orders.find_finished(id);
  if (finished != nullptr)
    looked_up({.at = At::finished, .document = finished->document, .seen = finished->seen});
  return finished != nullptr;
}

void Waiting::ask_store(const saga::OrderId& id) {
  if (!with_.store.connected()) return looked_up({.at = Whereabouts::At::unknown});
  sought_ = id;
  reference_ = false;
  begin_asking();
  with_.store.find(id, *this);
}

void Waiting::ask_store(std::string_view reference, std::uint64_t before, std::size_t limit) {
  if (!with_.store.connected()) return looked_up_reference(Found::unavailable, {});
  reference_ = true;
  begin_asking();
  with_.store.find_reference(reference, before, limit, *this);
}

void Waiting::begin_asking() {
  asking_ = true;
  keep_waiting(deadlines_.store);
}

void Waiting::stop_asking() {
  if (std::exchange(asking_, false)) with_.store.forget(*this);
}

void Waiting::found(Found found, std::string_view document) {
  asking_ = false;
  with_.timers.cancel(*this);
  if (reference_) return looked_up_reference(found, document);
  if (look_into_memory(sought_)) return;
  using At = Whereabouts::At;
  const At at = found == Found::yes ? At::store : found == Found::no ? At::nowhere : At::unknown;
  looked_up({.at = at, .document = document});
}

// --- What it waits for.

void Waiting::await(tape::Record& record, engine::Time until) {
  record_ = &record;
  record.attach(*this);
  keep_waiting(until);
}

void Waiting::await_return(const saga::OrderId& id, engine::Time until) {
  sought_ = id;
  returning_ = true;
  with_.orders.await_return(id, *this);
  wait_until(until);
}

void Waiting::returned(tape::Record& record) {
  returning_ = false;
  record_ = &record;
  record.attach(*this);
}

void Waiting::stored() {
  returning_ = false;
  with_.timers.cancel(*this);
  look_up(sought_);
}

void Waiting::fire(engine::Time) {
  if (!asking_) return late();
  stop_asking();
  found(Found::unavailable, {});
}

}  // namespace desk
