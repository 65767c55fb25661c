// Which order an Idempotency-Key named that came beside an orderId. The orderId is that order's identity; the
// key only must not name another order too, which it would if a client draws a new orderId for every attempt.
// By the id that the key alone would give. Thread: the reactor's. Bounds: engine::limits::key_owners;
// the oldest is forgotten first, and all with the engine.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "engine/limits.h"
#include "engine/saga/id.h"

namespace desk {

class KeyOwners {
 public:
  /// nullptr: not known.
  const saga::OrderId* find(const saga::OrderId& key_id) const {
    const auto at = owners_.find(key_id);
    return at == owners_.end() ? nullptr : &at->second;
  }

  void remember(const saga::OrderId& key_id, const saga::OrderId& owner) {
    if (!owners_.emplace(key_id, owner).second) return;
    if (oldest_first_.size() < engine::limits::key_owners) {
      oldest_first_.push_back(key_id);
      return;
    }
    owners_.erase(oldest_first_[next_]);
    oldest_first_[next_] = key_id;
    next_ = (next_ + 1) % engine::limits::key_owners;
  }

 private:
  std::unordered_map<saga::OrderId, saga::OrderId, saga::OrderIdHash> owners_;
  std::vector<saga::OrderId> oldest_first_;  // a ring, once it is full
  std::size_t next_ = 0;
};

}  // namespace desk
