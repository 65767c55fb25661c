#include "tests/sim/callbacks.h"

#include <utility>

namespace sim {
namespace {

desk::AnswerRequest request_of(saga::Turn turn, tape::Answer answer) {
  return {.turn = turn, .kind = answer.kind, .said = std::move(answer.said)};
}

}  // namespace

void Callbacks::speak(Engine& engine) {
  if (!said_.empty() && random_.chance(0.3)) {
    const Said& again = said_[random_.below(said_.size())];
    return clients_.answer(again.id, again.answer);
  }
  const auto listed = engine.orders.list({}, UINT64_MAX, 1000);
  if (listed.empty()) return;
  const orders::Listed& one = listed[random_.below(listed.size())];
  if (one.live != nullptr) speak_of(engine, *one.live);
}

void Callbacks::speak_of(const Engine& engine, const tape::Record& order) {
  const saga::OrderId& id = order.order.id;
  if (engine.outside.waits_for_answer(saga::parked_turn(order.status))) return settle(order);
  const saga::Turn due = saga::turn_of(order.status);
  if (!engine.outside.waits_for_answer(due)) return;
  if (random_.chance(0.2)) {
    const auto other = static_cast<saga::Turn>(random_.below(saga::turns));
    const saga::EventKind kind = saga::rules_of(other).answers[0];
    if (saga::handler_of(other) == saga::handler_of(due)) return;
    return clients_.answer(
        id, {.turn = random_.chance(0.5) ? due : other, .kind = kind, .said = {.reference = "stolen"}});
  }
  auto answer = effects_.call_back(id, due, faults_);
  if (!answer) return;
  const Said said{id, request_of(due, *std::move(answer))};
  clients_.answer(id, said.answer);
  said_.push_back(said);
  if (said_.size() > said_max) said_.pop_front();
}

void Callbacks::settle(const tape::Record& order) {
  const saga::OrderId& id = order.order.id;
  clients_.answer(id, request_of(saga::Turn::none, effects_.settle(id, saga::parked_turn(order.status))));
}

void Callbacks::settle_parked(Engine& engine) {
  for (const orders::Listed& one : engine.orders.list({}, UINT64_MAX, 1000)) {
    if (one.live != nullptr && engine.outside.waits_for_answer(saga::parked_turn(one.live->status)))
      settle(*one.live);
  }
}

}  // namespace sim
