// Which agents share a worker, and which CPU it is pinned to. Waking another CPU costs tens of microseconds,
// a hop on the same thread next to nothing; so agents get workers of their own only where there are CPUs for
// them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/cpus.h"

namespace runtime {

/// The agents of one worker.
struct Group {
  std::string name;
  std::optional<int> cpu;
  std::vector<std::string> agents;  // in the order of `agents` below: the order an order takes
};

/// The agents that can be placed; all others run beside the reactor, whose thread they need.
inline constexpr std::string_view agents[] = {"reactor",  "order",        "payment", "inventory",
                                              "shipping", "notification", "journal"};

/// Where one agent is to run, as somebody configured it.
struct AgentCpu {
  std::string agent;
  int cpu = 0;
  bool operator==(const AgentCpu&) const = default;
};

/// By the number of CPUs granted:  1-3  everything on one worker, not pinned: librdkafka's threads, Redis and
/// the kernel need the rest;  4-8  reactor, handlers and journal;  more  one each, pinned unless they are
/// shared with others.
std::vector<Group> place_auto(const Cpus& cpus);

/// As configured: agents with the same CPU share a worker. Every agent is named once.
std::vector<Group> place_as_told(const std::vector<AgentCpu>& cpu_of_agent);

}  // namespace runtime
