#include "engine/tape/room.h"

#include <algorithm>

#include "engine/ensure.h"

namespace tape {

std::size_t Room::take(std::size_t wanted) {
  const auto want = static_cast<std::int64_t>(wanted);
  const std::int64_t before = free_.fetch_sub(want, std::memory_order_acq_rel);
  const std::int64_t granted = std::clamp<std::int64_t>(before, 0, want);
  if (granted < want) {
    // Raised before the rest is given back, so that a give() that comes later finds it.
    wanted_.store(true, std::memory_order_seq_cst);
    free_.fetch_add(want - granted, std::memory_order_seq_cst);
  }
  return static_cast<std::size_t>(granted);
}

bool Room::take_for_intake() {
  const std::int64_t before = free_.fetch_sub(1, std::memory_order_acq_rel);
  if (before > reserved_) return true;
  free_.fetch_add(1, std::memory_order_acq_rel);
  return false;
}

void Room::give(std::size_t count) {
  if (count == 0) return;
  const std::int64_t before = free_.fetch_add(static_cast<std::int64_t>(count), std::memory_order_seq_cst);
  DEBUG_ENSURE(before + static_cast<std::int64_t>(count) <= capacity_);
  static_cast<void>(before);
  if (wanted_.load(std::memory_order_relaxed) && wanted_.exchange(false, std::memory_order_seq_cst)) {
    for (runtime::Parker* parker : waiting_) parker->signal();
  }
}

}  // namespace tape
