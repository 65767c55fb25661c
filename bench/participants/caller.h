// The two that are measured against each other, each keeping `connections` calls under way all the time: our
// box, with its thread, signatures, answers read and outcomes handed over, and a bare loop around libcurl's
// multi handle that does nothing but POST the same bytes with the same headers, all of them constant.
//
// Thread: main's; run() blocks.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

struct Target {
  std::string url, ca_file;
  std::size_t connections = 32;
  std::string body;
};

/// One measured window, after a warm-up of a tenth of it.
struct Window {
  double seconds = 0;
  double cpu_us = 0;  // of this process: user and kernel, all threads
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;  // no 200, or an answer that is none

  double calls_per_s() const { return static_cast<double>(calls) / seconds; }
  double cpu_us_per_call() const { return cpu_us / static_cast<double>(calls); }
};

Window run_bare(const Target& target, double seconds);
Window run_client(const Target& target, double seconds);

}  // namespace bench
