// Runs seeds in several processes, so that a seed that crashes is named like one that fails.
#pragma once

#include <cstdint>

namespace sim {

struct Plan {
  std::uint64_t from = 1, count = 1000, jobs = 1;
};

/// Each returns an exit code and prints what there is to say.
int run(const Plan& plan);
int replay(std::uint64_t seed);
/// With each seeded bug in turn: how many seeds it takes until somebody notices, at most `seeds`.
int catch_bugs(std::uint64_t seeds);

}  // namespace sim
