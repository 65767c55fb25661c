#include "engine/runtime/cpus.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace runtime {
namespace {

namespace fs = std::filesystem;

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// "max 100000", "200000 100000"
double quota_v2(const fs::path& group) {
  std::ifstream file(group / "cpu.max");
  double quota = 0;
  double period = 0;
  return file >> quota >> period && quota > 0 && period > 0 ? quota / period : unlimited;
}

double quota_v1(const fs::path& group) {
  std::ifstream quota_file(group / "cpu.cfs_quota_us");
  std::ifstream period_file(group / "cpu.cfs_period_us");
  double quota = 0;  // -1: none
  double period = 0;
  return quota_file >> quota && period_file >> period && quota > 0 && period > 0 ? quota / period : unlimited;
}

/// The least of the group's and of those around it. Inside a container its path may be the machine's, and lie
/// nowhere: then what is mounted is the container's own group.
double least(double (*quota)(const fs::path&), const fs::path& mount, fs::path group) {
  double result = quota(mount);
  for (group = group.relative_path(); !group.empty(); group = group.parent_path())
    result = std::min(result, quota(mount / group));
  return result;
}

bool names_cpu(const std::string& controllers) {
  std::istringstream list(controllers);
  for (std::string one; std::getline(list, one, ',');) {
    if (one == "cpu") return true;
  }
  return false;
}

}  // namespace

std::size_t cpus_granted(std::size_t seen, const fs::path& root) {
  double granted = static_cast<double>(seen);
  const fs::path mounts = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  std::string line;
  while (std::getline(groups, line)) {  // "0::/path" or "4:cpu,cpuacct:/path"
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = line.substr(second + 1);
    if (controllers.empty()) {
      granted = std::min(granted, least(quota_v2, mounts, group));
    } else if (names_cpu(controllers)) {
      granted = std::min(granted, least(quota_v1, mounts / controllers, group));
      granted = std::min(granted, least(quota_v1, mounts / "cpu", group));
    }
  }
  return std::max<std::size_t>(static_cast<std::size_t>(std::ceil(granted)), 1);
}

Cpus usable_cpus(const fs::path& root) {
  cpu_set_t set;
  CPU_ZERO(&set);
  Cpus cpus;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.ids.push_back(cpu);
    }
  }
  if (cpus.ids.empty()) cpus.ids = {0};
  cpus.granted = cpus_granted(cpus.ids.size(), root);
  return cpus;
}

}  // namespace runtime
