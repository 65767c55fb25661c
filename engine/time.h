// Points in time and lengths of time, as everything inside the engine sees them.
// A Time is nanoseconds since the Unix epoch (UTC, no leap seconds). It is always an argument: nothing in
// saga or handlers reads a clock, so a test or the simulator decides what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace engine {

using Duration = std::chrono::nanoseconds;

struct Time {
  std::int64_t ns = 0;

  friend constexpr auto operator<=>(Time, Time) = default;
  friend constexpr Time operator+(Time t, Duration d) { return {t.ns + d.count()}; }
  friend constexpr Time operator-(Time t, Duration d) { return {t.ns - d.count()}; }
  friend constexpr Duration operator-(Time a, Time b) { return Duration{a.ns - b.ns}; }

  static constexpr Time never() { return {INT64_MAX}; }
};

}  // namespace engine
