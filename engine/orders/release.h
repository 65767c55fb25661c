// Release (law 3): follows the acked cursor and lets out what was held back until Kafka had acknowledged it.
// For each acked event, in tape order, it updates what the outside may see of the order, tells whoever waits for it,
// and hands the order on to a handler whose work is done outside. After each run of events it tells its listeners: the mail backlog, which takes the orders
// whose mail is due, and the event stream.
//
// Thread: the reactor's.
// Invariants: released <= acked; nothing about an event leaves the process before this.
#pragma once

#include <vector>

#include "engine/limits.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/orders/outcomes.h"
#include "engine/orders/stock.h"
#include "engine/ports.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/wall_clock.h"
#include "engine/tape/tape.h"
#include "engine/tape/transcript.h"

namespace orders {

class Release final : public runtime::Agent {
 public:
  Release(tape::Tape& tape, tape::Transcript& transcript, runtime::Parker& journal, Orders& orders,
          Stock& stock, Dispatch& dispatch, const runtime::WallClock& wall);

  void add_listener(engine::AckedListener& listener) {
    listeners_.push_back(&listener);
  }  // before the workers start

  int do_work(runtime::Time now) override;
  std::string_view name() const override { return "release"; }

  void list(runtime::Metrics& metrics) const;
  const Outcomes& outcomes() const { return outcomes_; }

 private:
  void release(const tape::Event& event, tape::Offset offset, engine::Time shown);

  tape::Tape& tape_;
  tape::Transcript& transcript_;
  runtime::Parker& journal_;
  Orders& orders_;
  Stock& stock_;
  Dispatch& dispatch_;
  const runtime::WallClock& wall_;
  std::vector<engine::AckedListener*> listeners_;
  Outcomes outcomes_;
  runtime::Counter events_;
};

}  // namespace orders
