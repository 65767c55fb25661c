// What is counted about one participant.
//
// Thread: count() by the client's own; add_to() before it starts.
#pragma once

#include <array>
#include <string>

#include "edge/participants/call.h"
#include "engine/runtime/histogram.h"
#include "engine/runtime/metrics.h"

namespace participants {

class Counters {
 public:
  void count(const Outcome& outcome, engine::Duration took);
  void add_to(runtime::Metrics& metrics, const std::string& participant) const;

 private:
  /// Those that say what to mend; every other one is counted by its class.
  static constexpr std::array<int, 14> told_apart{301, 302, 307, 308, 400, 401, 403,
                                                  404, 405, 410, 413, 415, 422, 0};
  static constexpr std::size_t others = told_apart.size() - 1;

  std::array<runtime::Counter, verdicts> verdicts_;
  std::array<runtime::Counter, 3> reaches_;
  std::array<runtime::Counter, told_apart.size()> to_mend_;
  runtime::Histogram latency_ns_;
};

}  // namespace participants
