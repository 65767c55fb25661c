// What became of the orders, and whether their books agree, for whoever looks at the shop and not at the machine: how many ended how and why, and how
// long that took from being placed to their last event.
//
// Thread: the reactor's; the figures from any.
// Invariants: an order counts once, at the ack of the event that ends it, in the engine that has it then; that its mail
// is asked for again later is no other end.
#pragma once

#include <array>
#include <cstdint>

#include "engine/runtime/metrics.h"
#include "engine/saga/event.h"
#include "engine/tape/record.h"

namespace orders {

class Outcomes {
 public:
  /// After the order shows it.
  void acked(const tape::Event& event);
  void list(runtime::Metrics& metrics) const;
  /// How many events left the books of an order, or of the stock, in disagreement (imbalance.h).
  std::uint64_t imbalances() const { return money_.value() + stock_.value(); }

 private:
  struct Ending {
    std::array<runtime::Counter, saga::reasons> count;
    runtime::Histogram after_ns;
  };
  Ending completed_, cancelled_;
  runtime::Counter money_, stock_;
};

}  // namespace orders
