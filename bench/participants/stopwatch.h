// Cuts the measured window out of a run: a tenth of it before is warm-up.
//
// Thread: one.
#pragma once

#include "bench/clock.h"
#include "bench/participants/caller.h"

namespace bench {

class Stopwatch {
 public:
  explicit Stopwatch(double seconds)
      : begin_ns_(now_ns() + static_cast<std::int64_t>(seconds * 1e8)),
        end_ns_(begin_ns_ + static_cast<std::int64_t>(seconds * 1e9)) {}

  /// Looks at the clock, with as many calls answered as there are by now; false: the window is over.
  bool goes_on(std::uint64_t calls) {
    const std::int64_t now = now_ns();
    if (now < begin_ns_) return true;
    if (cpu_ns_ < 0) {
      began_ns_ = now;
      cpu_ns_ = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
      calls_ = calls;
    }
    if (now < end_ns_) return true;
    window_.seconds = static_cast<double>(now - began_ns_) / 1e9;
    window_.cpu_us = static_cast<double>(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns_) / 1e3;
    window_.calls = calls - calls_;
    return false;
  }
  const Window& window() const { return window_; }

 private:
  const std::int64_t begin_ns_, end_ns_;
  std::int64_t began_ns_ = 0;
  std::int64_t cpu_ns_ = -1;
  std::uint64_t calls_ = 0;
  Window window_;
};

}  // namespace bench
