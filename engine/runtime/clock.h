// Where time comes from. Only workers read a clock, once a turn; everybody else is handed the time.
#pragma once

#include "engine/time.h"

namespace runtime {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual engine::Time now() const = 0;
};

/// The wall clock at construction, carried on by CLOCK_MONOTONIC: it never jumps, which timers and the order
/// of events rely on. A step of the wall clock after the start is not followed.
class SystemClock final : public Clock {
 public:
  SystemClock();
  engine::Time now() const override;

 private:
  std::int64_t offset_ns_;
};

/// Stands still until told: for tests and the simulator.
class ManualClock final : public Clock {
 public:
  engine::Time now() const override { return now_; }
  void set(engine::Time to) { now_ = to; }
  void advance(engine::Duration by) { now_ = now_ + by; }

 private:
  engine::Time now_{1'700'000'000'000'000'000};
};

}  // namespace runtime
