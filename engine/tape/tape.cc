#include "engine/tape/tape.h"

#include <bit>

#include "engine/ensure.h"

namespace tape {

Tape::Tape(std::size_t capacity, std::size_t reserved)
    : mask_(capacity - 1), slots_(std::make_unique<Slot[]>(capacity)), room_(capacity, reserved) {
  ENSURE(std::has_single_bit(capacity) && reserved < capacity);
}

Index Tape::append(const Event& event) {
  const Index index = claimed_.fetch_add(1, std::memory_order_acq_rel);
  DEBUG_ENSURE(index - stored.read() <= mask_);
  Slot& to = slot(index);
  to.event = event;
  to.sequence.store(index + 1, std::memory_order_release);  // pairs with published()
  return index;
}

}  // namespace tape
