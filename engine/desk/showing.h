// Showing an order: what is acked of it, from memory or else from the store.
//
// Thread: the reactor's. Bounds: one a request.
#pragma once

#include "engine/desk/live_order.h"
#include "engine/desk/order_showing.h"
#include "engine/pool.h"

namespace desk {

class Showing final : public OrderShowing {
 public:
  Showing(const Dependencies& with, engine::Pool<Showing>& pool) : OrderShowing(with), pool_(pool) {}

 private:
  std::string of_live(const tape::Record& live) override { return live_order(live, with_); }
  std::optional<std::string> of_ended(const Whereabouts& order) override {
    return ended_order(order.document, order.seen);
  }
  void given_back() override { pool_.give(*this); }

  engine::Pool<Showing>& pool_;
};

}  // namespace desk
