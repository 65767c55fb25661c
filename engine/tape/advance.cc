#include "engine/tape/advance.h"

#include <algorithm>

namespace tape {

namespace {

/// The first reason counts, unless the order is forwards again; another mail changes nothing of the order.
void keep_first(saga::Reason& kept, saga::Reason now, saga::State before, saga::State after) {
  if (saga::goes_on_forwards(before, after)) kept = saga::Reason::none;
  if (kept == saga::Reason::none && !saga::mailing_again(before)) kept = now;
}

/// An order that is sent on after it was parked has the turn it had; another mail is another turn.
bool gives_turn(const Record& record, saga::EventKind kind) {
  const saga::Turn turn = saga::turn_of(record.state);
  if (turn == saga::Turn::none) return false;
  return kind == saga::EventKind::MailRequested || turn != saga::turn_of(record.given.state);
}

}  // namespace

void take_step(Record& record, saga::EventKind kind, saga::State to, saga::Reason reason, engine::Time at) {
  keep_first(record.turned_by, reason, record.state, to);
  record.state = to;
  ++record.step;
  // The steps are in order, whatever the clocks of the engines that took them said.
  record.last_at = std::max(at, record.last_at);
  record.asking = {};
  if (!gives_turn(record, kind)) return;
  record.given = {.record = &record,
                  .at = record.last_at,
                  .step = record.step,
                  .kind = kind,
                  .state = to,
                  .reason = reason};
}

void show_step(Record& record, const Step& acked) {
  keep_first(record.reason, acked.reason, record.status, acked.state);
  record.status = acked.state;
  if (saga::parked(acked.state)) record.parked_by = acked.reason;
  record.add_step(
      {acked.at, acked.offset, acked.kind, record.status, record.reason, acked.number, acked.acked});
}

saga::Verdict advance(Record& record, const StepRead& read) {
  const saga::Transition& transition = saga::advance(record.state, read.kind, record.order.capture);
  if (transition.verdict != saga::Verdict::apply) return transition.verdict;
  take_step(record, read.kind, transition.to, read.reason, read.at);
  if (read.kind == saga::EventKind::MailRequested) record.ask_for_mail(record.step);
  show_step(record, {read.at, read.offset, read.kind, transition.to, read.reason, record.step});
  return transition.verdict;
}

}  // namespace tape
