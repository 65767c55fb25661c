// One seed: a world drawn from it, clients and faults for a while, then calm, and everything must have ended
// well. What it did is added to the statistics.
#pragma once

#include <array>
#include <cstdint>

#include "engine/orders/requests.h"
#include "engine/saga/event.h"
#include "tests/sim/faults.h"

namespace sim {

struct Statistics {
  std::uint64_t seeds = 0, steps = 0, requests = 0, orders = 0, engines = 0, attempts = 0, read_backs = 0,
                reopenings = 0;
  std::array<std::uint64_t, fault_kinds> faults_by_kind{};
  std::array<std::uint64_t, saga::event_kinds> events_by_kind{};

  std::array<std::uint64_t, orders::Requests::outcomes> requests_by_outcome{};  // off the topic

  void add(const Statistics& other);
};

/// Throws a Violation.
Statistics run_seed(std::uint64_t seed, bool trace);

}  // namespace sim
