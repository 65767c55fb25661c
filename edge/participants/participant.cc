#include "edge/participants/participant.h"

#include <memory>
#include <utility>

#include "engine/ensure.h"

namespace participants {
namespace {

tape::Answer::Verdict verdict_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::decided:
      return tape::Answer::Verdict::decided;
    case Verdict::later:
      return tape::Answer::Verdict::later;
    case Verdict::not_now:
      return tape::Answer::Verdict::not_now;
    case Verdict::ours_to_mend:  // it counts as away, and is asked again as after any other no
    case Verdict::not_this_time:
      break;
  }
  return tape::Answer::Verdict::not_this_time;
}

}  // namespace

HttpParticipant::HttpParticipant(Settings settings, orders::TaskInbox& answers)
    : answers_(answers), client(std::move(settings), [this](Outcome&& outcome) {
        answers_.push(tape::Task{std::make_unique<tape::Answer>(answer_of(std::move(outcome)))});
      }) {}

tape::Answer answer_of(Outcome&& outcome) {
  tape::Answer answer;
  answer.call = outcome.id;
  answer.verdict = verdict_of(outcome.verdict);
  answer.reach = outcome.reach;
  answer.retry_after = outcome.retry_after;
  answer.later = std::move(outcome.waiting);
  if (outcome.verdict != Verdict::decided) {
    answer.why = std::move(outcome.detail);
    return answer;
  }
  const auto kind = saga::find_event_kind(outcome.decision.type);
  ENSURE(kind && "judge() takes no other");
  answer.kind = *kind;
  answer.said.reference = std::move(outcome.decision.reference);
  answer.said.detail = std::move(outcome.decision.reason);
  answer.said.tracking_number = std::move(outcome.decision.tracking_number);
  answer.said.carrier = std::move(outcome.decision.carrier);
  answer.said.data = std::move(outcome.decision.data);
  return answer;
}

}  // namespace participants
