#include "engine/tape/advance.h"

namespace tape {

saga::Verdict advance(tape::Record& record, const StepRead& read) {
  const saga::Transition& transition = saga::advance(record.state, read.kind);
  if (transition.verdict != saga::Verdict::apply) return transition.verdict;
  record.state = record.status = transition.to;
  ++record.step;
  record.last_at = read.at;
  if (record.reason == saga::Reason::none)
    record.reason = record.turned_by = read.reason;  // the first counts
  record.add_step({read.at, read.offset, read.kind, record.status, record.reason});
  return transition.verdict;
}

}  // namespace tape
