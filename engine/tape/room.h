// Room on the tape: how many more events it can take, as one counter. Whoever is about to append takes room
// first and gives back what it did not use; the store gives back the room of events that are stored. So
// append never has to wait for a free slot.
//
// Thread: any.
// Memory order: relaxed counting; the slots themselves are handed over by the cursors (tape.h).
// Invariants: never negative; taken + free = capacity. New orders leave `reserved` untouched, so that orders
// under way can always be finished.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "engine/runtime/parker.h"

namespace tape {

class Room {
 public:
  Room(std::size_t capacity, std::size_t reserved)
      : capacity_(static_cast<std::int64_t>(capacity)),
        reserved_(static_cast<std::int64_t>(reserved)),
        free_(static_cast<std::int64_t>(capacity)) {}

  /// Before the workers start: whom to signal when room is given back after somebody got less than wanted.
  void wake_on_return(runtime::Parker& parker) { waiting_.push_back(&parker); }

  /// Up to `wanted`; returns how many were granted.
  std::size_t take(std::size_t wanted);
  /// For the first events of so many new orders, a moment ago.
  bool has_for_intake(std::size_t orders) const {
    return free_.load(std::memory_order_relaxed) >= reserved_ + static_cast<std::int64_t>(orders);
  }
  /// For the first event of a new order. False: there is none.
  bool take_for_intake();
  void give(std::size_t count);

  /// Set by the journal when Kafka has acknowledged nothing for long: no new order is admitted.
  void set_log_stalled(bool stalled) { log_stalled_.store(stalled, std::memory_order_relaxed); }
  bool log_stalled() const { return log_stalled_.load(std::memory_order_relaxed); }  // a moment old is fine

  std::size_t free() const {
    const std::int64_t free = free_.load(std::memory_order_relaxed);  // a moment old is fine: take() decides
    return free > 0 ? static_cast<std::size_t>(free) : 0;
  }
  std::size_t capacity() const { return static_cast<std::size_t>(capacity_); }

 private:
  const std::int64_t capacity_;
  const std::int64_t reserved_;
  alignas(64) std::atomic<std::int64_t> free_;
  std::atomic<bool> wanted_{false};
  std::atomic<bool> log_stalled_{false};
  std::vector<runtime::Parker*> waiting_;  // constant once the workers run
};

}  // namespace tape
