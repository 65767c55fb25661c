// Sends parked orders on, many of them, oldest first, at most so many a second: whoever was away is not run over when
// they come back. One at a time.
//
//   start ─▶ the ids of those that are parked now ─ timer ─▶ orders::Dispatch, one after the other ─▶ OrderResumed
//
// Thread: the reactor's. Invariants: an order that has moved on meanwhile is left alone. Bounds: 16 bytes an order that
// was parked at the start; what is left is forgotten with the engine, and those orders stay parked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/desk/dependencies.h"
#include "engine/runtime/timers.h"

namespace desk {

struct BulkRetryRequest {
  std::optional<saga::Reason> reason;  // only those that went back, or were stuck, for it
  std::uint32_t rate = 10;             // a second
  std::string by;                      // who asks, by the token's name
};

class BulkRetry final : private runtime::Timer {
 public:
  static constexpr std::uint32_t rate_max = 1000;

  explicit BulkRetry(const Dependencies& with) : with_(with) {}

  struct Progress {
    bool running = false;
    std::size_t orders = 0;   // parked when it began
    std::size_t sent_on = 0;  // asked to go on
    std::size_t left = 0;     // not asked yet, or when it was stopped
    std::uint32_t rate = 0;
  };

  /// False: one is running.
  bool start(const BulkRetryRequest& request, engine::Time now);
  void stop();
  Progress progress() const;

 private:
  void fire(engine::Time now) override;
  void send_on(const saga::OrderId& id);
  bool running() const { return next_ < ids_.size() && !stopped_; }
  engine::Time due() const;

  const Dependencies& with_;
  BulkRetryRequest request_;
  std::vector<saga::OrderId> ids_;
  std::size_t next_ = 0;
  std::size_t sent_on_ = 0;
  bool stopped_ = false;
  engine::Time began_{};
};

}  // namespace desk
