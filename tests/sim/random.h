// The one source of chance in a simulated world: everything that is drawn follows from the seed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

namespace sim {

class Random : public std::mt19937_64 {
 public:
  using std::mt19937_64::mt19937_64;

  std::uint64_t below(std::uint64_t bound) { return (*this)() % bound; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
  bool chance(double share) { return static_cast<double>((*this)() >> 11U) < share * 9007199254740992.0; }
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + static_cast<std::ptrdiff_t>(below(choices.size())));
  }
};

}  // namespace sim
