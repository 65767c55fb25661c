// The two clocks of a measurement: monotonic for durations, wall for comparing with times that the engine
// wrote.
//
// Thread: any.
#pragma once

#include <ctime>

#include <cstdint>

namespace bench {

inline constexpr std::int64_t second_ns = 1'000'000'000;

inline std::int64_t clock_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * second_ns + time.tv_nsec;
}

inline std::int64_t now_ns() { return clock_ns(CLOCK_MONOTONIC); }
inline std::int64_t wall_ns() { return clock_ns(CLOCK_REALTIME); }

// When the `index`th order of an open loop is meant to be sent, from its start: `burst` of them at a time.
inline std::int64_t intended_ns(std::uint64_t index, double rate, std::uint64_t burst) {
  return static_cast<std::int64_t>(static_cast<double>(index - index % burst) / rate * 1e9);
}

}  // namespace bench
