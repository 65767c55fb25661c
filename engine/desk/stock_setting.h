// Setting a stock level, or changing it: through the log like everything else, answered at the ack of its
// StockSet. What cannot be done from the level that everybody sees is refused here; whether it can from the
// one that it finds, inventory decides.
// Thread: the reactor's. Invariants: a change outlives whoever asked for it (engine/orders/dispatch.h), who
// takes itself out of it when it stops waiting. Bounds: one a request.
#pragma once

#include "engine/desk/waiting.h"
#include "engine/pool.h"
#include "engine/tape/stock_change.h"

namespace desk {

class StockSetting final : public Waiting, private tape::StockWaiter {
 public:
  StockSetting(const Dependencies& with, engine::Pool<StockSetting>& pool) : Waiting(with), pool_(pool) {}

  void start(std::string_view sku, const tape::StockRequest& request, std::string_view by,
             const Deadlines& deadlines, Client& client);

 private:
  using Waiting::acked;
  void looked_up(const Whereabouts&) override {}
  void acked(const tape::StockChange& change) override;
  void late() override { answer({.outcome = Outcome::unknown}); }
  void given_back() override;

  engine::Pool<StockSetting>& pool_;
  tape::StockChange* change_ = nullptr;
};

}  // namespace desk
