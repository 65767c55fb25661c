// A stock level set from outside, on its way through the log: PUT stock, the event StockSet, the answer.
//
// Thread: sku and on_hand are constant after construction; the rest is the reactor's, which creates it and,
// when Redis has stored its event, destroys it (orders/dispatch.h).
#pragma once

#include <cstdint>
#include <string>

namespace tape {

struct StockChange;

/// Somebody on the reactor's thread who waits for the acknowledgement.
class StockWaiter {
 public:
  virtual ~StockWaiter() = default;
  virtual void acked(const StockChange& change) = 0;
};

struct StockChange {
  std::string sku;
  std::int64_t on_hand = 0;  // free to sell from then on
  StockWaiter* waiter = nullptr;
};

}  // namespace tape
