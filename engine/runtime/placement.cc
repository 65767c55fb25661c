#include "engine/runtime/placement.h"

#include <algorithm>
#include <iterator>

namespace runtime {
namespace {

std::vector<std::string> all_agents() { return {std::begin(agents), std::end(agents)}; }

}  // namespace

std::vector<Group> place_auto(const Cpus& cpus) {
  if (cpus.granted < 4) return {{"engine", std::nullopt, all_agents()}};
  if (cpus.granted <= 8) {
    return {{"reactor", std::nullopt, {"reactor"}},
            {"handlers", std::nullopt, {"order", "payment", "inventory", "shipping", "notification"}},
            {"journal", std::nullopt, {"journal"}}};
  }
  std::vector<Group> groups;
  for (std::size_t i = 0; i < std::size(agents); ++i) {
    const std::optional<int> cpu =  // not CPU 0, which gets most of the interrupts
        cpus.shared() ? std::nullopt : std::optional{cpus.ids[i + 1]};
    groups.push_back({std::string{agents[i]}, cpu, {std::string{agents[i]}}});
  }
  return groups;
}

std::vector<Group> place_as_told(const std::vector<AgentCpu>& cpu_of_agent) {
  std::vector<Group> groups;
  for (const std::string_view agent : agents) {
    const auto told = std::find_if(cpu_of_agent.begin(), cpu_of_agent.end(),
                                   [&](const AgentCpu& one) { return one.agent == agent; });
    const int cpu = told == cpu_of_agent.end() ? 0 : told->cpu;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.cpu == cpu; });
    if (group == groups.end()) group = groups.insert(groups.end(), {std::string{agent}, cpu, {}});
    group->agents.emplace_back(agent);
  }
  return groups;
}

}  // namespace runtime
