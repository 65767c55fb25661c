// A change of a stock level that somebody asked for: PUT stock, then the event StockSet, then the answer. The
// inventory handler decides it, because only it has the present level; the outside sees acked levels, which
// are behind. A change that is refused becomes a StockSet that leaves the level as it is: the refusal depends
// on events that may not be acked yet, so its answer too must wait for an ack.
//
// Thread: sku, request and by are constant after construction; the outcome is inventory's until its event is
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
  std::string by{};          // who asked, by the token's name; empty: nobody is named
  std::int64_t on_hand = 0;  // free to sell from then on
  StockOutcome outcome = StockOutcome::set;
  StockWaiter* waiter = nullptr;
};

}  // namespace tape
