// A log-linear histogram: 32 linear steps in every power of two, so that a value is known within 3.2 %, in 15
// KiB.
//
// Thread: one writer; any thread may read at any time and sees each count at some recent moment.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace runtime {

class Histogram {
 public:
  void record(std::uint64_t value) {
    std::atomic<std::uint64_t>& count = counts_[index(value)];
    // relaxed: the only writer reads its own value; readers may be a moment behind.
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    sum_.store(sum_.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
    if (value > max_.load(std::memory_order_relaxed)) max_.store(value, std::memory_order_relaxed);
  }

  std::uint64_t count() const;
  std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }
  std::uint64_t max() const { return max_.load(std::memory_order_relaxed); }
  /// The smallest recorded step that has at least `fraction` (0..1) of all values at or below it; 0 when
  /// empty.
  std::uint64_t quantile(double fraction) const;
  /// Calls tell(count of the values at or below it) for each bound, which rise; exact where one is one below a power of
  /// two, or one below such a power and a half of it.
  template <class Bounds, class Tell>
  void count_up_to(const Bounds& bounds, const Tell& tell) const {
    std::uint64_t seen = 0;
    std::size_t next = 0;
    for (const std::uint64_t bound : bounds) {
      for (; next < buckets && upper(next) <= bound; ++next)
        seen += counts_[next].load(std::memory_order_relaxed);
      tell(seen);
    }
  }

 private:
  static constexpr unsigned linear_bits = 5;
  static constexpr std::size_t linear = std::size_t{1} << linear_bits;
  static constexpr std::size_t buckets = (64 - linear_bits + 1) * linear;

  static constexpr std::size_t index(std::uint64_t value) {
    if (value < linear) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - linear_bits - 1;
    return ((shift + 1) << linear_bits) + ((value >> shift) & (linear - 1));
  }
  static constexpr std::uint64_t upper(std::size_t index) {
    if (index < linear) return index;
    const std::size_t shift = (index >> linear_bits) - 1;
    return (((linear + (index & (linear - 1))) + 1) << shift) - 1;
  }

  std::array<std::atomic<std::uint64_t>, buckets> counts_{};
  std::atomic<std::uint64_t> sum_{0};
  std::atomic<std::uint64_t> max_{0};
};

}  // namespace runtime
