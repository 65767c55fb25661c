#include "engine/tape/advance.h"

#include <algorithm>

namespace tape {

void take_step(Record& record, saga::State to, saga::Reason reason, engine::Time at) {
  record.state = to;
  ++record.step;
  // The steps are in order, whatever the clocks of the engines that took them said.
  record.last_at = std::max(at, record.last_at);
  if (record.turned_by == saga::Reason::none) record.turned_by = reason;  // the first counts
}

void show_step(Record& record, const Step& acked) {
  record.status = acked.state;
  if (record.reason == saga::Reason::none) record.reason = acked.reason;  // the first counts
  record.add_step({acked.at, acked.offset, acked.kind, record.status, record.reason});
}

saga::Verdict advance(Record& record, const StepRead& read) {
  const saga::Transition& transition = saga::advance(record.state, read.kind);
  if (transition.verdict != saga::Verdict::apply) return transition.verdict;
  take_step(record, transition.to, read.reason, read.at);
  show_step(record, {read.at, read.offset, read.kind, transition.to, read.reason});
  return transition.verdict;
}

}  // namespace tape
