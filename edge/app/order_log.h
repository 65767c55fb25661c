// A line in the log for each order that is parked, which somebody has to look at, for each that goes on again, and for
// each whose books do not agree.
//
// Thread: the reactor's. It never waits: a log that is not read loses lines (log.h).
#pragma once

#include "edge/log.h"
#include "engine/ports.h"
#include "engine/tape/tape.h"

namespace edge {

class OrderLog final : public engine::AckedListener {
 public:
  OrderLog(const tape::Tape& tape, Log& log) : tape_(tape), log_(log), next_(tape.released.read()) {}

  void released(tape::Index released) override;

 private:
  const tape::Tape& tape_;
  Log& log_;
  tape::Index next_;
};

}  // namespace edge
