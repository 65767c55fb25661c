#include "engine/desk/answering.h"

#include <utility>

#include "engine/codec/document.h"

namespace desk {

void Answering::start(const saga::OrderId& id, AnswerRequest request, const Deadlines& deadlines,
                      Client& client) {
  begin(client, deadlines);
  id_ = id;
  request_ = std::move(request);
  look_up(id);
}

void Answering::looked_up(const Whereabouts& order) {
  switch (order.at) {
    case Whereabouts::At::live:
      return pass_on(*order.record);
    case Whereabouts::At::finished:
    case Whereabouts::At::store: {
      const auto status = codec::status(order.document);
      if (!status) return not_taken(cause::no_document);
      return known_or_refused(codec::has_step(order.document, request_.kind), *status);
    }
    case Whereabouts::At::nowhere:
      return answer({.outcome = Outcome::no_order});
    case Whereabouts::At::unknown:
      return answer({.outcome = Outcome::unavailable});
  }
}

/// The turn of an order in this state that may be answered so; none: there is none.
saga::Turn Answering::open_turn(saga::State status) const {
  const bool person = request_.turn == saga::Turn::none;
  const saga::Turn turn = person ? saga::due_or_parked_turn(status) : saga::turn_of(status);
  const bool answerable = (person || turn == request_.turn) && with_.outside.waits_for_answer(turn) &&
                          saga::answers(turn, request_.kind);
  return answerable ? turn : saga::Turn::none;
}

void Answering::pass_on(tape::Record& live) {
  if (live.status == saga::State::none) return answer({.outcome = Outcome::unacked, .id = id_});
  const saga::Turn turn = open_turn(live.status);
  if (turn == saga::Turn::none)
    return known_or_refused(live.steps().happened(request_.kind, live.step_count), live.status);
  tape::Answer answer;
  answer.turn = turn;
  answer.verdict = tape::Answer::Verdict::decided;
  answer.kind = request_.kind;
  answer.said = request_.said;
  if (!with_.dispatch.answer(live, std::move(answer)))
    return not_taken("something else is just being said of the order");
  await(live, deadlines_.ack);
}

void Answering::known_or_refused(bool known, saga::State status) {
  if (!known) return answer({.outcome = Outcome::refused, .id = id_});
  answer({.outcome = Outcome::accepted, .id = id_, .status = status, .replayed = true});
}

/// Whatever else has happened first, its turn was over then.
void Answering::acked(const tape::Record& record, const tape::Event& event) {
  if (event.kind == request_.kind)
    return answer({.outcome = Outcome::accepted, .id = id_, .status = record.status});
  if (open_turn(event.state) == saga::Turn::none) answer({.outcome = Outcome::refused, .id = id_});
}

}  // namespace desk
