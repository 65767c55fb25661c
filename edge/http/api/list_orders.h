// GET /v1/orders?status=&limit=&cursor=: everything in memory, newest first, a page at a time. The cursor is
// the serial of the last order shown: orders placed meanwhile do not shift the pages. Beside an order's own
// statuses there is `retrying`: those that wait for another attempt. A page ends early before it grows too
// large. The documents of orders that are set
// aside to wait for their mail come from Redis, one after the other; while it is away a page with such orders
// is 503. Thread: the reactor's. Bounds: limits::listing orders and limits::listing_bytes an answer; one page
// a pipelined request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/api/lookup.h"
#include "edge/http/api/settings.h"
#include "edge/http/wire/pipeline.h"
#include "edge/http/wire/pool.h"
#include "engine/orders/orders.h"

namespace http {

class ListOrders {
 public:
  ListOrders(const Settings& settings, edge::Reactor& reactor, orders::Orders& orders, engine::Store& store)
      : settings_(settings), reactor_(reactor), orders_(orders), store_(store) {}

  void handle(const Request& request, Exchange& exchange);

 private:
  /// A page that is not answered yet: each line's text, or the id of one that is still to be fetched.
  struct Line {
    std::uint64_t serial = 0;
    saga::OrderId id;
    std::string text;
  };
  struct Page {
    std::vector<Line> lines;
    std::size_t bytes = 0;
    bool more = false;  // there are older ones
  };
  class Fetch final : public Lookup, public Pending {
   public:
    Fetch(ListOrders& owner, engine::Store& store, edge::Reactor& reactor, engine::Duration deadline)
        : Lookup(store, reactor, deadline), owner_(owner) {}

    void begin(Exchange& exchange, Page page);

   private:
    void looked_up(Found found, std::string_view document) override;
    void abandoned() override;
    void go_on();
    void give_back();

    ListOrders& owner_;
    Exchange* exchange_ = nullptr;
    Page page_;
    std::size_t next_ = 0;
  };

  static void answer(Exchange& exchange, const Page& page);

  const Settings& settings_;
  edge::Reactor& reactor_;
  orders::Orders& orders_;
  engine::Store& store_;
  Pool<Fetch> fetches_;
};

}  // namespace http
