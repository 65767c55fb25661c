// What a run costs: CPU time of each process over the measured windows, and the engine's memory at their end.
// CPU time is the kernel's own account of all threads, also ended ones, to the nanosecond
// (clock_getcpuclockid); the share spent in the kernel comes from /proc/PID/stat, that of each thread from its schedstat.
//
// Thread: the generator's only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/load.h"

namespace bench {

struct Memory {
  std::int64_t resident_kib = 0;       // VmRSS
  std::int64_t resident_peak_kib = 0;  // VmHWM
};

std::optional<Memory> memory_of(pid_t pid);
// The descendant of `pid` whose command is `name`.
std::optional<pid_t> descendant_called(pid_t pid, const std::string& name);

struct ProcessCost {
  std::string name;
  pid_t pid = 0;
  std::int64_t cpu_ns = 0;
  std::int64_t kernel_ns = 0;
};

// The threads of one name, together.
struct ThreadCost {
  std::string name;
  std::int64_t cpu_ns = 0;
};

// What one measured window saw.
struct WindowCost {
  std::vector<ProcessCost> processes;
  std::vector<ThreadCost> threads;
  Memory memory;
  std::int64_t begin_wall_ns = 0;
  std::int64_t end_wall_ns = 0;
};

class ProcessStats final : public WindowObserver {
 public:
  void watch(std::string name, pid_t pid);
  void watch_memory(pid_t pid) { memory_pid_ = pid; }
  void watch_threads(pid_t pid) { threads_pid_ = pid; }

  void window_begins() override;
  void window_ends() override;

  // One for each window, in their order.
  const std::vector<WindowCost>& windows() const { return windows_; }

 private:
  std::vector<ProcessCost> processes_;  // as they stood when the window began
  pid_t memory_pid_ = 0, threads_pid_ = 0;
  std::vector<ThreadCost> threads_;  // as they stood then
  std::vector<WindowCost> windows_;
};

}  // namespace bench
