#include "tests/sim/effects.h"

#include <chrono>
#include <utility>

#include "tests/sim/allocations.h"
#include "tests/sim/record_text.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

using saga::Turn;
using Verdict = tape::Answer::Verdict;
constexpr std::size_t id_size = 36;

tape::Answer refused() { return {.verdict = Verdict::not_this_time, .reach = tape::Reach::answered}; }

bool undoes(Turn turn) { return saga::rules_of(turn).undoes != Turn::none; }

}  // namespace

std::string effect_key(std::string_view order, Turn turn) {
  return std::string{order} + "." + std::string{saga::name(turn)};
}

void Effects::called(const engine::Call& call) {
  const std::string order = call.key.substr(0, id_size);
  require(call.key == effect_key(order, call.turn),
          [&] { return "a call under a key that is not its turn's: " + call.key; });
  require(text_of(call.body, "turn") == saga::name(call.turn),
          [&] { return "a call with another turn's event: " + call.key; });
  std::string& before = effects_[call.key].body;
  if (before.empty()) before = call.body;
  require(before == call.body,
          [&] { return "a key is called for again with other bytes: " + call.body + ", before: " + before; });
  const Turn target = saga::rules_of(call.turn).undoes;
  require(target == Turn::none || text_of(call.body, "undoes") == effect_key(order, target),
          [&] { return "an undo does not name the key of what it undoes: " + call.body; });
}

tape::Answer Effects::arrive(const Request& request, Faults& faults) {
  Effect& effect = effects_[request.key];
  if (effect.answer) return *effect.answer;
  if (effect.undone) return refused();
  if (!std::exchange(effect.asked, true)) {
    if (faults.strikes(Fault::answer_later)) effect.promises = 1 + static_cast<unsigned>(random_.below(3));
    // One that is never kept: of an undo it is, in the end, or its order would stay parked.
    if (faults.strikes(Fault::answer_never)) effect.promises = undoes(request.turn) ? 8 : 100'000;
  }
  if (effect.promises == 0) return decide(effect, request.key, request.turn, &faults);
  --effect.promises;
  tape::Answer later{.verdict = Verdict::later};
  if (random_.chance(0.5)) later.retry_after = std::chrono::milliseconds{random_.between(1, 500)};
  if (random_.chance(0.5)) later.later.action = R"({"type":"redirect","url":"https://bank.example/"})";
  return later;
}

tape::Answer Effects::decide(Effect& effect, const std::string& key, Turn turn, Faults* faults) {
  const saga::TurnRules& rules = saga::rules_of(turn);
  const std::string order = key.substr(0, id_size);
  const std::string number = std::to_string(++numbers_);
  effect.promises = 0;
  tape::Answer& answer = effect.answer.emplace(tape::Answer{.verdict = Verdict::decided});
  answer.kind = rules.answers[0];
  answer.said.reference = std::string{saga::name(turn)} + "-" + number;
  if (random_.chance(0.2)) answer.said.data = R"({"risk":3,"note":"\"},\"bodyHash\":\""})";
  if (undoes(turn)) {
    undo(effect, effect_key(order, rules.undoes), turn, faults);
  } else if (turn != Turn::payment_capture && faults != nullptr && random_.chance(refused_rate)) {
    answer.kind = rules.answers[1];
    answer.said = {.detail = "no \"" + number + "\""};
  } else {
    require(turn != Turn::payment_capture || holds(order, Turn::payment_charge),
            [&] { return "a capture, and there is no charge: " + order; });
    effect.done = true;
  }
  if (answer.kind == saga::EventKind::ShippingConfirmed && turn == Turn::shipping_ship) {
    answer.said.reference.clear();
    answer.said.tracking_number = "T" + number;
    answer.said.carrier = random_.one_of<const char*>({"", "simulated", "post"});
  }
  return answer;
}

void Effects::undo(Effect& effect, const std::string& target, Turn turn, Faults* faults) {
  Effect& undone = effects_[target];
  const bool left = turn == Turn::shipping_recall && undone.done && !undone.undone && faults != nullptr;
  if (left && random_.chance(0.5)) {  // too late
    effect.answer->kind = saga::EventKind::ShippingConfirmed;
    effect.answer->said = undone.answer->said;
  } else {
    undone.undone = true;
  }
}

tape::Answer Effects::settle(const saga::OrderId& id, Turn turn) {
  const std::string key = effect_key(id.str(), turn);
  Effect& effect = effects_[key];
  tape::Answer said = effect.answer ? *effect.answer : decide(effect, key, turn, nullptr);
  said.turn = turn;
  said.said.by = "bookkeeper";
  return said;
}

std::optional<tape::Answer> Effects::call_back(const saga::OrderId& id, Turn turn, Faults& faults) {
  const std::string key = effect_key(id.str(), turn);
  const auto at = effects_.find(key);
  if (at == effects_.end() || !at->second.asked || at->second.undone) return std::nullopt;
  tape::Answer said = at->second.answer ? *at->second.answer : decide(at->second, key, turn, &faults);
  said.turn = turn;
  return said;
}

void Effects::turn(Faults& faults) {
  const Uncounted guard;
  if (wire_.empty()) return;
  const auto at = wire_.begin() + static_cast<std::ptrdiff_t>(random_.below(wire_.size()));
  const Request request = std::move(*at);
  wire_.erase(at);
  if (random_.chance(0.7)) arrive(request, faults);
}

bool Effects::holds(std::string_view id, Turn turn) const {
  const auto at = effects_.find(effect_key(id, turn));
  return at != effects_.end() && at->second.done && !at->second.undone;
}

}  // namespace sim
