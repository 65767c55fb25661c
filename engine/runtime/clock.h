// Where time comes from. Only workers read a clock, once a turn; everybody else is handed the time.
#pragma once

#include "engine/runtime/wall_clock.h"
#include "engine/time.h"

namespace runtime {

class Clock {
 public:
  virtual ~Clock() = default;
  /// On the timeline that timers and deadlines run on.
  virtual engine::Time now() const = 0;
  const WallClock& wall() const { return wall_; }
  /// What to show as the time now.
  engine::Time shown() const { return wall_.shown(now()); }

 protected:
  WallClock wall_;
};

/// The wall clock at construction, carried on by CLOCK_MONOTONIC: it never jumps, which timers and the order
/// of events rely on.
class SystemClock final : public Clock {
 public:
  SystemClock();
  engine::Time now() const override;
  /// Looks whether the wall clock has been set meanwhile: by one thread, a few times a second.
  void look_at_wall();

 private:
  std::int64_t offset_ns_;
};

/// Stands still until told: for tests and the simulator.
class ManualClock final : public Clock {
 public:
  engine::Time now() const override { return now_; }
  void set(engine::Time to) { now_ = to; }
  void advance(engine::Duration by) { now_ = now_ + by; }
  /// The wall clock is set.
  void step_wall(engine::Duration by) { wall_.follow(now_, now_ + (step_ += by)); }

 private:
  engine::Time now_{1'700'000'000'000'000'000};
  engine::Duration step_{};
};

}  // namespace runtime
