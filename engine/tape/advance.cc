#include "engine/tape/advance.h"

#include <algorithm>

namespace tape {

namespace {

/// The first reason counts; another mail changes nothing of the order.
void keep_first(saga::Reason& kept, saga::Reason now, saga::State before) {
  if (kept == saga::Reason::none && !saga::mailing_again(before)) kept = now;
}

}  // namespace

void take_step(Record& record, saga::State to, saga::Reason reason, engine::Time at) {
  keep_first(record.turned_by, reason, record.state);
  record.state = to;
  ++record.step;
  // The steps are in order, whatever the clocks of the engines that took them said.
  record.last_at = std::max(at, record.last_at);
}

void show_step(Record& record, const Step& acked) {
  keep_first(record.reason, acked.reason, record.status);
  record.status = acked.state;
  record.add_step({acked.at, acked.offset, acked.kind, record.status, record.reason, acked.number});
}

saga::Verdict advance(Record& record, const StepRead& read) {
  const saga::Transition& transition = saga::advance(record.state, read.kind);
  if (transition.verdict != saga::Verdict::apply) return transition.verdict;
  take_step(record, transition.to, read.reason, read.at);
  if (read.kind == saga::EventKind::MailRequested) record.ask_for_mail(record.step);
  show_step(record, {read.at, read.offset, read.kind, transition.to, read.reason, record.step});
  return transition.verdict;
}

}  // namespace tape
