// One event more in the life of a record that is rebuilt, from a document or from the log: both owners'
// parts, the token holder's and the reactor's, move together, for there is no running ahead here.
#pragma once

#include "engine/saga/table.h"
#include "engine/tape/record.h"

namespace tape {

struct StepRead {
  saga::EventKind kind = saga::EventKind::OrderPlaced;
  saga::Reason reason = saga::Reason::none;
  engine::Time at{};
  std::int64_t offset = -1;
};

/// Moves the record on if the table has a row for it; else it stays as it is, and the verdict says why.
saga::Verdict advance(tape::Record& record, const StepRead& read);

}  // namespace tape
