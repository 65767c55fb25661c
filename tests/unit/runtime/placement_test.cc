#include "engine/runtime/placement.h"

#include <algorithm>
#include <numeric>

#include "tests/catch.h"

namespace {

std::vector<int> cpus(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

TEST_CASE("every agent is placed exactly once, however many CPUs there are") {
  for (const int count : {1, 2, 3, 4, 8, 9, 16, 64}) {
    std::vector<std::string> placed;
    for (const auto& group : runtime::place_auto(cpus(count))) {
      placed.insert(placed.end(), group.agents.begin(), group.agents.end());
    }
    std::sort(placed.begin(), placed.end());
    std::vector<std::string> all(std::begin(runtime::agents), std::end(runtime::agents));
    std::sort(all.begin(), all.end());
    REQUIRE(placed == all);
  }
}

TEST_CASE("a small machine runs all agents on one worker, a large one pins each to a CPU of its own") {
  REQUIRE(runtime::place_auto(cpus(2)).size() == 1);
  REQUIRE(runtime::idle_auto(2) == runtime::Idle::park);
  const auto groups = runtime::place_auto(cpus(16));
  REQUIRE(groups.size() == std::size(runtime::agents));
  std::vector<int> pinned;
  for (const auto& group : groups) pinned.push_back(group.cpu.value());
  std::sort(pinned.begin(), pinned.end());
  REQUIRE(std::adjacent_find(pinned.begin(), pinned.end()) == pinned.end());
}

TEST_CASE("agents told to the same CPU share a worker") {
  const auto groups = runtime::place_as_told({{"reactor", 0},
                                              {"order", 1},
                                              {"payment", 1},
                                              {"inventory", 1},
                                              {"shipping", 1},
                                              {"notification", 0},
                                              {"journal", 3}});
  REQUIRE(groups.size() == 3);
  REQUIRE(groups[0].agents == std::vector<std::string>{"reactor", "notification"});
  REQUIRE(groups[1].agents == std::vector<std::string>{"order", "payment", "inventory", "shipping"});
  REQUIRE(groups[1].cpu == 1);
  REQUIRE(groups[2].agents == std::vector<std::string>{"journal"});
}
