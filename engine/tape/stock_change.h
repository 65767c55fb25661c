// A stock level set from outside, on its way through the log: PUT stock, the event StockSet, the answer. What
// becomes of it is decided where the running level is, in inventory; the outside only sees acked levels,
// which are behind it. Refused there, it is a StockSet that leaves the level as it is: the answer depends on
// events before it, and so leaves at an ack like every other.
//
// Thread: sku and request are constant after construction; the outcome is inventory's until its event is
// appended, then constant; the rest is the reactor's, which creates it and, when Redis has stored its event,
// destroys it (orders/dispatch.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tape {

inline constexpr std::int64_t on_hand_max = 1'000'000'000'000;

struct StockChange;

/// Somebody on the reactor's thread who waits for the acknowledgement.
class StockWaiter {
 public:
  virtual ~StockWaiter() = default;
  virtual void acked(const StockChange& change) = 0;
};

/// What is asked for.
struct StockRequest {
  std::int64_t amount = 0;
  bool relative = false;                  // added to the level, instead of being it
  std::optional<std::int64_t> only_at{};  // the level from which it is to be done, or not at all
};

enum class StockOutcome : std::uint8_t {
  set,
  other_level,    // not at StockRequest::only_at
  out_of_bounds,  // it would be below zero, or over on_hand_max
};

struct StockChange {
  std::string sku;
  StockRequest request;
  std::int64_t on_hand = 0;  // free to sell from then on
  StockOutcome outcome = StockOutcome::set;
  StockWaiter* waiter = nullptr;
};

}  // namespace tape
