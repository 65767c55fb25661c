// An agent is everything active in the engine: a handler's stage, the journal, the store, the reactor. It is
// driven from outside by do_work and never blocks, so that several agents may share a worker, and a test or
// the simulator may call the same agents on one thread in any order.
//
// Thread: the one worker it was given to (runtime/worker.h).
#pragma once

#include <string_view>

#include "engine/time.h"

namespace runtime {

using engine::Duration;
using engine::Time;

class Agent {
 public:
  Agent() = default;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  virtual ~Agent() = default;

  /// One turn of its duty cycle: does a bounded amount of work and returns how much it was; 0 says there was
  /// none.
  virtual int do_work(Time now) = 0;
  /// When it has to run next if nobody signals before; never() when it only waits for others.
  virtual Time next_deadline() const { return Time::never(); }
  virtual std::string_view name() const = 0;
};

}  // namespace runtime
