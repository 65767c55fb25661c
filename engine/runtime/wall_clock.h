// What time to show. Timers and deadlines run on a timeline that never jumps (clock.h); what people read (the
// times of events, Date, the time in a UUIDv7) follows the wall clock, which may be set while the engine
// runs. A step forwards is followed; after a step backwards the time shown last stays until the wall clock
// has caught up, so what is shown never goes backwards.
//
// Thread: follow() by one; shown() from any, without a call of the system.
// Memory order: follow() writes the floor first, then releases the offset; shown() acquires the offset, and
// with a smaller one sees the floor that goes with it. A thread that is in the middle of a turn may show the
// old time until its next one: whoever needs an order of their own compares with what they showed last
// (handlers/stage.cc).
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "engine/time.h"

namespace runtime {

class WallClock {
 public:
  /// Smaller differences are those between two readings, or too small to matter.
  static constexpr engine::Duration step_min = std::chrono::milliseconds{10};

  engine::Time shown(engine::Time now) const {
    const engine::Duration offset{offset_ns_.load(std::memory_order_acquire)};  // pairs with follow()
    return std::max(engine::Time{floor_ns_.load(std::memory_order_relaxed)}, now + offset);
  }

  /// It is `now` on the timeline and `wall` on the wall.
  void follow(engine::Time now, engine::Time wall) {
    const engine::Duration offset = wall - now;
    const engine::Duration before{offset_ns_.load(std::memory_order_relaxed)};  // our own
    if (std::chrono::abs(offset - before) < step_min) return;
    if (offset < before) floor_ns_.store(shown(now).ns, std::memory_order_relaxed);  // the release below
    offset_ns_.store(offset.count(), std::memory_order_release);                     // pairs with shown()
  }

 private:
  std::atomic<std::int64_t> offset_ns_{0};  // of the wall clock against the timeline
  std::atomic<std::int64_t> floor_ns_{INT64_MIN};
};

}  // namespace runtime
