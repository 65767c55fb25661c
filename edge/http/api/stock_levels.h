// GET and PUT /v1/stock/{sku}: what is free to sell of one sku, as the acked events say; and a new level, or
// a change of it, through the log like everything else: answered at the ack of its StockSet. The level is the
// entity tag, so If-Match is a level too. What cannot be done from the level that everybody sees is refused
// here; whether it can from the one that it finds, inventory decides.
//
// Thread: the reactor's. Invariants: a change outlives the exchange that asked for it
// (engine/orders/dispatch.h); whoever stops waiting takes itself out of it. Bounds: one change a pipelined
// request.
#pragma once

#include <string_view>

#include "edge/http/api/settings.h"
#include "edge/http/wire/pipeline.h"
#include "edge/http/wire/pool.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/orders/stock.h"
#include "engine/tape/stock_change.h"

namespace http {

class StockLevels {
 public:
  StockLevels(const Settings& settings, edge::Reactor& reactor, const orders::Orders& orders,
              const orders::Stock& stock, orders::Dispatch& dispatch)
      : settings_(settings), reactor_(reactor), orders_(orders), stock_(stock), dispatch_(dispatch) {}

  void get(const Request& request, std::string_view sku, Exchange& exchange);
  void put(const Request& request, std::string_view sku, Exchange& exchange);
  /// Everybody who waits for an ack is told that the outcome is unknown.
  void answer_unknown();

 private:
  /// One PUT that waits.
  class Change final : public Pending, public tape::StockWaiter, public runtime::Timer {
   public:
    explicit Change(StockLevels& owner) : owner_(owner) {}

    void begin(Exchange& exchange, tape::StockChange& change);
    bool active() const { return exchange_ != nullptr; }
    void fire(engine::Time now) override;

   private:
    void acked(const tape::StockChange& change) override;
    void abandoned() override { release(); }
    Exchange& release();

    StockLevels& owner_;
    Exchange* exchange_ = nullptr;
    tape::StockChange* change_ = nullptr;
  };

  /// What forbids the wish as far as one sees here.
  std::optional<Problem> forbidden(const Request& request, std::string_view sku,
                                   tape::StockRequest& wish) const;

  const Settings& settings_;
  edge::Reactor& reactor_;
  const orders::Orders& orders_;
  const orders::Stock& stock_;
  orders::Dispatch& dispatch_;
  Pool<Change> under_way_;
};

}  // namespace http
