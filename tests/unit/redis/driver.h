// Drives a reactor on the test's own thread, and waits with a deadline.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "edge/reactor.h"
#include "edge/redis/connection.h"
#include "engine/runtime/clock.h"

namespace tests {

class Driver {
 public:
  Driver() { reactor.attach(); }

  /// One turn of the reactor and `agents`; sleeps a moment when there was nothing to do.
  void turn() {
    const engine::Time now = clock.now();
    int work = reactor.do_work(now);
    for (runtime::Agent* agent : agents) work += agent->do_work(now);
    if (work > 0) return;
    reactor.prepare();
    reactor.park(std::chrono::milliseconds{1});
  }
  template <class Condition>
  [[nodiscard]] bool until(Condition condition, std::chrono::seconds deadline = std::chrono::seconds{30}) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      turn();
    }
    return true;
  }

  redis::Log log() {
    return [this](std::string_view line) { lines.emplace_back(line); };
  }
  std::size_t lines_with(std::string_view words) const {
    std::size_t count = 0;
    for (const std::string& line : lines) count += line.find(words) != std::string::npos ? 1U : 0U;
    return count;
  }

  runtime::SystemClock clock;
  edge::Reactor reactor{clock};
  std::vector<runtime::Agent*> agents;
  std::vector<std::string> lines;
};

}  // namespace tests
