// How many CPUs this process may use. A container sees all CPUs of its machine and is granted the time of a
// few: its quota (cgroup v2 cpu.max, v1 cpu.cfs_quota_us) counts, and that of every group around it.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace runtime {

struct Cpus {
  std::vector<int> ids;     // that may be run on
  std::size_t granted = 1;  // of them, in time: at least one

  /// Others run on them, too: pinned to one, a worker may have to wait while another CPU is free.
  bool shared() const { return granted < ids.size(); }
};

/// `root`: where /proc and /sys are.
Cpus usable_cpus(const std::filesystem::path& root = "/");

/// The part of it that is files: how many of `seen` CPUs the quotas leave, begun ones counted.
std::size_t cpus_granted(std::size_t seen, const std::filesystem::path& root);

}  // namespace runtime
