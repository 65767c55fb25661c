// The spans of an order, made when it has ended: of the order as a whole, and within it one of each step and one of each
// step's wait for its ack.
//
//   order ────────────────────────────────────────────────────
//     OrderPlaced ▏
//     ack OrderPlaced ─────
//     PaymentConfirmed ───────────  from the step before; what was called for it is within (edge/participants, edge/smtp)
//     ack PaymentConfirmed         ─────
//
// Of steps alike the first and the last. An order that was taken up again has the times of its acks in this engine only.
//
// Thread: the reactor's. An order that is not recorded costs a look at its last event.
#pragma once

#include <vector>

#include "edge/span.h"
#include "engine/ports.h"
#include "engine/saga/trace.h"
#include "engine/tape/tape.h"

namespace traces {

/// Of an order's first `steps` steps, which have ended it.
std::vector<edge::Span> spans_of(const saga::Trace& trace, const tape::Record& record, std::uint32_t steps);

class OrderSpans final : public engine::AckedListener {
 public:
  OrderSpans(const tape::Tape& tape, edge::Spans& spans)
      : tape_(tape), spans_(spans), next_(tape.released.read()) {}

  void released(tape::Index released) override;

 private:
  const tape::Tape& tape_;
  edge::Spans& spans_;
  tape::Index next_;
};

}  // namespace traces
