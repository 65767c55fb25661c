// GET /v1/orders/{id}: what is acked of one order, from memory or else from Redis. Answers 404 only when it
// knows: not in memory and Redis away is 503.
// Thread: the reactor's. Bounds: one search a pipelined request.
#pragma once

#include <string>
#include <string_view>

#include "edge/http/api/digest.h"
#include "edge/http/api/lookup.h"
#include "edge/http/api/settings.h"
#include "edge/http/wire/pipeline.h"
#include "edge/http/wire/pool.h"
#include "engine/orders/orders.h"

namespace http {

class GetOrder {
 public:
  GetOrder(const Settings& settings, edge::Reactor& reactor, orders::Orders& orders, engine::Store& store)
      : settings_(settings), reactor_(reactor), orders_(orders), store_(store) {}

  void handle(const Request& request, std::string_view id, Exchange& exchange);

 private:
  /// One GET that waits for Redis.
  class Search final : public Lookup, public Pending {
   public:
    Search(GetOrder& owner, engine::Store& store, edge::Reactor& reactor, engine::Duration deadline)
        : Lookup(store, reactor, deadline), owner_(owner) {}

    void begin(Exchange& exchange, const saga::OrderId& id, std::string_view if_none_match);

   private:
    void looked_up(Found found, std::string_view document) override;
    void abandoned() override;
    void give_back();

    GetOrder& owner_;
    Exchange* exchange_ = nullptr;
    std::string if_none_match_;
  };

  void show(std::string_view text, std::string_view if_none_match, Exchange& exchange);

  const Settings& settings_;
  edge::Reactor& reactor_;
  orders::Orders& orders_;
  engine::Store& store_;
  Sha256 sha256_;
  Pool<Search> searches_;
};

}  // namespace http
