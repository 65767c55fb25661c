#include "engine/runtime/clock.h"

#include <ctime>

namespace runtime {
namespace {

std::int64_t read_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return t.tv_sec * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

SystemClock::SystemClock() : offset_ns_(read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC)) {}

void SystemClock::look_at_wall() {
  const std::int64_t before = read_clock(CLOCK_MONOTONIC);
  const std::int64_t wall = read_clock(CLOCK_REALTIME);
  if (read_clock(CLOCK_MONOTONIC) - before > 1'000'000)
    return;  // interrupted in between: the next look is soon
  wall_.follow({before + offset_ns_}, {wall});
}

engine::Time SystemClock::now() const { return {read_clock(CLOCK_MONOTONIC) + offset_ns_}; }

}  // namespace runtime
