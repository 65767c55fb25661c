// What a step does to a record, in this one place: the holder's part when the event is appended, everybody's part
// when it is acked. A record that is rebuilt, from a document or from the log, takes both at once, for there is no
// running ahead there.
//
// Thread: take_step() whoever holds the token, show_step() the reactor's.
#pragma once

#include "engine/saga/table.h"
#include "engine/tape/record.h"

namespace tape {

/// The holder's part: the record is at its next step, in the state that the table gave.
void take_step(Record& record, saga::EventKind kind, saga::State to, saga::Reason reason, engine::Time at);

/// Everybody's part: the step is acked and lies at this offset.
void show_step(Record& record, const Step& acked);

struct StepRead {
  saga::EventKind kind = saga::EventKind::OrderPlaced;
  saga::Reason reason = saga::Reason::none;
  engine::Time at{};
  std::int64_t offset = -1;
};

/// Moves the record on if the table has a row for it; else it stays as it is, and the verdict says why.
saga::Verdict advance(Record& record, const StepRead& read);

}  // namespace tape
