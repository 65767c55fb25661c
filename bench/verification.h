// After the load: every accepted order is asked for by its id and must be `completed`. A 202 is a promise, so
// one order that is unknown, unfinished in time or answered twice with the same id fails the run. The order's
// last step carries the engine's own time of completion: so completions a second are counted exactly, over
// all orders, without any load during the measurement.
//
// Thread: the generator's only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/load.h"

namespace bench {

// A stretch of wall time in which completions are counted.
struct CompletionWindow {
  std::int64_t begin_wall_ns = 0;
  std::int64_t end_wall_ns = 0;
  std::uint64_t completed = 0;
  std::int64_t last_wall_ns = 0;  // of the latest completion counted
};

struct Verdict {
  std::uint64_t checked = 0;
  std::uint64_t completed = 0;
  std::uint64_t unknown = 0;     // 404 for an acknowledged order
  std::uint64_t unfinished = 0;  // not completed in time
  std::uint64_t duplicates = 0;  // the same id given to two orders
  double seconds = 0;
  std::vector<std::string> examples;  // a few of those that failed, with the last answer

  bool holds() const { return completed == checked && duplicates == 0; }
};

// Asks until all are completed, or none more has been for `patience_ns`. `accepted` is sorted on the way.
// What went wrong, where it could not even be asked, is an example in the verdict.
Verdict verify(const Address& address, const Requests& requests, std::vector<OrderId>& accepted,
               std::vector<CompletionWindow>& windows, std::int64_t patience_ns);

// "2026-01-02T03:04:05.123456Z" as nanoseconds since 1970.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace bench
