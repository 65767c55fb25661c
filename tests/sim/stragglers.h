// What producers that are no more had on the wire: the broker may write some of it all the same, at any later
// time, in each one's order; and it may not.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "tests/sim/partition.h"
#include "tests/sim/random.h"

namespace sim {

class Stragglers {
 public:
  struct Record {
    std::string key, value;
  };

  void leave(std::deque<Record> records) {
    if (!records.empty()) wires_.push_back(std::move(records));
  }
  /// One of them comes through, or a wire with the rest of them is cut; how much happened.
  int turn(Partition& partition, Random& random) {
    if (wires_.empty()) return 0;
    const auto at = wires_.begin() + static_cast<std::ptrdiff_t>(random.below(wires_.size()));
    if (random.chance(0.1)) return wires_.erase(at), 1;
    partition.append(at->front().key, at->front().value);
    at->pop_front();
    if (at->empty()) wires_.erase(at);
    return 1;
  }
  void cut() { wires_.clear(); }

 private:
  std::deque<std::deque<Record>> wires_;
};

}  // namespace sim
