#include "engine/runtime/placement.h"

#include <algorithm>
#include <numeric>

#include "tests/catch.h"

namespace {

runtime::Cpus cpus(std::size_t count) {
  runtime::Cpus all{std::vector<int>(count), count};
  std::iota(all.ids.begin(), all.ids.end(), 0);
  return all;
}

}  // namespace

TEST_CASE("every agent is placed exactly once, however many CPUs there are") {
  for (const std::size_t count : {1U, 2U, 3U, 4U, 8U, 9U, 16U, 64U}) {
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
  const auto groups = runtime::place_auto(cpus(16));
  REQUIRE(groups.size() == std::size(runtime::agents));
  std::vector<int> pinned;
  for (const auto& group : groups) pinned.push_back(group.cpu.value());
  std::sort(pinned.begin(), pinned.end());
  REQUIRE(std::adjacent_find(pinned.begin(), pinned.end()) == pinned.end());
}

TEST_CASE(
    "a container with a small quota on a large machine is placed as on a small one; a large one is not "
    "pinned") {
  runtime::Cpus container = cpus(64);
  container.granted = 2;
  REQUIRE(runtime::place_auto(container).size() == 1);
  container.granted = 4;
  REQUIRE(runtime::place_auto(container).size() == 3);
  container.granted = 16;
  const auto groups = runtime::place_auto(container);
  REQUIRE(groups.size() == std::size(runtime::agents));
  for (const auto& group : groups) REQUIRE(!group.cpu);
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
