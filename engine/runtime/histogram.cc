#include "engine/runtime/histogram.h"

#include <algorithm>

namespace runtime {

std::uint64_t Histogram::count() const {
  std::uint64_t total = 0;
  for (const auto& bucket : counts_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

std::uint64_t Histogram::quantile(double fraction) const {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const auto wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(fraction * static_cast<double>(total) + 0.5));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    seen += counts_[i].load(std::memory_order_relaxed);
    if (seen >= wanted) return std::min(upper(i), max());
  }
  return max();
}

}  // namespace runtime
