#include "tests/sim/virtual_participant.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "tests/sim/allocations.h"

namespace sim {
namespace {

using Verdict = tape::Answer::Verdict;
using tape::Reach;

tape::Answer not_this_time(Reach reach) { return {.verdict = Verdict::not_this_time, .reach = reach}; }

}  // namespace

/// What is under way may arrive all the same.
VirtualParticipant::~VirtualParticipant() {
  for (Open& call : calls_) effects_.leave_on_the_wire(std::move(call.request));
}

bool VirtualParticipant::ask(engine::Call call) {
  const Uncounted guard;
  if (calls_.size() >= waiting_max_) return false;
  watcher_.called(call);
  effects_.called(call);
  calls_.push_back({call.id, {call.turn, std::move(call.key), std::move(call.body)}});
  return true;
}

bool VirtualParticipant::withdraw(std::uint64_t id) {
  const auto at = std::find_if(calls_.begin(), calls_.end(), [&](const Open& call) { return call.id == id; });
  if (at == calls_.end() || at->sent) return false;
  calls_.erase(at);
  return true;
}

int VirtualParticipant::turn(Faults& faults, Random& random) {
  const Uncounted guard;
  if (calls_.empty()) return 0;
  if (faults.strikes(Fault::participant_slow)) stalled_ = random.between(1, 200);
  if (stalled_ > 0) {
    --stalled_;
    return 0;
  }
  const std::size_t index = random.below(calls_.size());
  Open& call = calls_[index];
  if (!call.sent && random.chance(0.3)) return 0;  // it waits for a connection
  if (!call.answer) call.answer = hear(call, faults, random);
  if (random.chance(0.3)) return 1;  // the answer is on its way
  answer(index, *std::exchange(call.answer, std::nullopt));
  return 1;
}

tape::Answer VirtualParticipant::hear(Open& call, Faults& faults, Random& random) {
  if (away_ || (!call.sent && faults.strikes(Fault::call_unreached)))
    return not_this_time(Reach::never_reached);
  call.sent = true;
  if (faults.strikes(Fault::call_silent)) {
    effects_.leave_on_the_wire(call.request);
    return not_this_time(Reach::sent);
  }
  if (faults.strikes(Fault::call_not_now)) {
    tape::Answer answer{.verdict = Verdict::not_now};
    if (random.chance(0.5)) answer.retry_after = std::chrono::milliseconds{random.between(0, 300)};
    return answer;
  }
  tape::Answer answer = effects_.arrive(call.request, faults);
  if (faults.strikes(Fault::call_twice)) effects_.leave_on_the_wire(call.request);
  if (faults.strikes(Fault::answer_lost)) return not_this_time(Reach::sent);
  if (faults.strikes(Fault::answer_nonsense)) return not_this_time(Reach::answered);
  return answer;
}

void VirtualParticipant::answer_calmly(Faults& faults) {
  const Uncounted guard;
  Open& call = calls_.front();
  if (call.answer) return answer(0, *std::exchange(call.answer, std::nullopt));
  answer(0,
         away_ && !call.sent ? not_this_time(Reach::never_reached) : effects_.arrive(call.request, faults));
}

void VirtualParticipant::answer(std::size_t index, tape::Answer with) {
  with.call = calls_[index].id;
  with.turn = calls_[index].request.turn;
  calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(index));
  to_.push(tape::Task{std::make_unique<tape::Answer>(std::move(with))});
}

}  // namespace sim
