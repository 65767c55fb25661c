#include "engine/runtime/placement.h"

#include <sched.h>

#include <algorithm>
#include <iterator>

namespace runtime {
namespace {

std::vector<std::string> all_agents() { return {std::begin(agents), std::end(agents)}; }

}  // namespace

std::vector<Group> place_auto(const std::vector<int>& cpus) {
  if (cpus.size() < 4) return {{"engine", std::nullopt, all_agents()}};
  if (cpus.size() <= 8) {
    return {{"reactor", std::nullopt, {"reactor"}},
            {"handlers", std::nullopt, {"order", "payment", "inventory", "shipping", "notification"}},
            {"journal", std::nullopt, {"journal"}}};
  }
  std::vector<Group> groups;
  for (std::size_t i = 0; i < std::size(agents); ++i) {
    groups.push_back(
        {std::string{agents[i]}, cpus[i + 1], {std::string{agents[i]}}});  // CPU 0 is the kernel's favourite
  }
  return groups;
}

std::vector<Group> place_as_told(const std::vector<std::pair<std::string, int>>& cpu_of_agent) {
  std::vector<Group> groups;
  for (const std::string_view agent : agents) {
    const auto told = std::find_if(cpu_of_agent.begin(), cpu_of_agent.end(),
                                   [&](const auto& pair) { return pair.first == agent; });
    const int cpu = told == cpu_of_agent.end() ? 0 : told->second;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.cpu == cpu; });
    if (group == groups.end()) group = groups.insert(groups.end(), {std::string{agent}, cpu, {}});
    group->agents.emplace_back(agent);
  }
  return groups;
}

Idle idle_auto(std::size_t cpus) { return cpus > 8 ? Idle::yield : Idle::park; }

std::vector<int> usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return {0};
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace runtime
