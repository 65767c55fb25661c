// Counts what the engine allocates in this executable. The virtual neighbours do not count: they say so by a
// guard.
#pragma once

#include <cstdint>

namespace sim {

/// Allocations by operator new on this thread, outside of Uncounted scopes.
std::uint64_t allocations();

class Uncounted {
 public:
  Uncounted();
  ~Uncounted();
  Uncounted(const Uncounted&) = delete;
  Uncounted& operator=(const Uncounted&) = delete;
};

}  // namespace sim
