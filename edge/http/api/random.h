// Where new order ids get their randomness from. Injected, so that a test or the simulator decides it.
// Thread: the reactor's.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace http {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// The kernel's, fetched in batches: one system call for some four hundred ids.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::array<std::uint8_t, 4096> batch_;
  std::size_t used_ = batch_.size();
};

}  // namespace http
