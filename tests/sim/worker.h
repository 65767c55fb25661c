// A worker as runtime::Worker is with Idle::park, one turn at a time: it falls asleep when a turn after
// prepare() found nothing, and does not run again before it is signalled or a deadline has come. So a wake-up
// that is forgotten shows.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/runtime/agent.h"
#include "engine/runtime/parker.h"
#include "tests/sim/random.h"

namespace sim {

class Worker final : public runtime::Parker {
 public:
  void give(runtime::Agent& agent) { agents_.push_back(&agent); }

  runtime::Time next_deadline() const {
    runtime::Time next = runtime::Time::never();
    for (const runtime::Agent* agent : agents_) next = std::min(next, agent->next_deadline());
    return next;
  }
  bool runnable(runtime::Time now) const { return !asleep_ || next_deadline() <= now; }
  /// Something of the outside has woken it: a socket, a queue's event.
  void rouse() {
    asleep_ = false;
    cancel();
  }

  int turn(runtime::Time now) {
    rouse();
    attach();
    if (const int work = turn_once(now); work > 0) return work;
    prepare();
    const int work = turn_once(now);
    if (work > 0) {
      cancel();
    } else {
      asleep_ = true;
    }
    return work;
  }
  /// One of its agents only, in the middle of a turn.
  int run_one(runtime::Time now, Random& random) {
    rouse();
    attach();
    return agents_[random.below(agents_.size())]->do_work(now);
  }

  const runtime::Agent& first() const { return *agents_.front(); }

 private:
  int turn_once(runtime::Time now) {
    int work = 0;
    for (runtime::Agent* agent : agents_) work += agent->do_work(now);
    return work;
  }
  void sleep(engine::Duration) override {}
  void wake() override { asleep_ = false; }

  std::vector<runtime::Agent*> agents_;
  bool asleep_ = false;
};

}  // namespace sim
