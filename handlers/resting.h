// The orders that a stage keeps and that are at rest, as far as this process is concerned: counted by what they wait for.
//
// Thread: one worker counts; the figures from any.
// Invariants: whoever is counted in is counted out with the same reason, for only an event changes why an order goes back.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "engine/saga/event.h"
#include "engine/tape/record.h"

namespace handlers {

class Resting {
 public:
  void in(const tape::Record& record) { count(record, 1); }
  void out(const tape::Record& record) { count(record, -1); }

  // relaxed: they may be a moment old.
  std::size_t all() const { return all_.load(std::memory_order_relaxed); }
  /// For another attempt.
  std::size_t retrying(saga::Reason reason) const { return read(retrying_, reason); }
  /// For a person.
  std::size_t parked(saga::Reason reason) const { return read(parked_, reason); }

 private:
  using ByReason = std::array<std::atomic<std::size_t>, saga::reasons>;

  static std::size_t read(const ByReason& figures, saga::Reason reason) {
    return figures[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
  }
  static void add(std::atomic<std::size_t>& figure, int more) {
    figure.fetch_add(static_cast<std::size_t>(more), std::memory_order_relaxed);
  }
  void count(const tape::Record& record, int more) {
    if (record.rest == tape::Rest::none) return;
    const auto reason = static_cast<std::size_t>(record.turned_by);
    add(all_, more);
    if (record.rest == tape::Rest::parked) add(parked_[reason], more);
    if (record.rest == tape::Rest::retrying) add(retrying_[reason], more);
  }

  std::atomic<std::size_t> all_{0};
  ByReason retrying_{}, parked_{};
};

}  // namespace handlers
