// The inside of the server: the connections and what answers them. See server.h for the way of a request.
// Thread: the reactor's.
#pragma once

#include <string>
#include <string_view>

#include "edge/http/api/auth.h"
#include "edge/http/api/event_stream.h"
#include "edge/http/api/get_order.h"
#include "edge/http/api/list_orders.h"
#include "edge/http/api/place_order.h"
#include "edge/http/api/router.h"
#include "edge/http/api/server.h"
#include "edge/http/api/stock_levels.h"
#include "edge/http/api/wish_order.h"
#include "edge/http/wire/connection.h"
#include "edge/http/wire/listener.h"
#include "edge/http/wire/pool.h"
#include "edge/http/wire/shared.h"

namespace http {

class Site final : public Handler, public Listener::Taker {
 public:
  explicit Site(const Surroundings& surroundings);

  std::string start();
  std::uint16_t port() const { return listener_.port(); }
  void close_listener();
  void answer_unknown();
  void end_waits() { place_order_.end_waits(); }
  int open_requests() const { return shared_.open.load(std::memory_order_relaxed); }  // a moment old is fine
  void released(tape::Index released) { event_stream_.released(released); }
  /// Hands orders over, sends what is to be sent; returns how much that was.
  int flush();

 private:
  void handle(const Request& request, Exchange& exchange) override;
  bool take(int fd) override;

  bool admitted(const Match& match, const Request& request, Exchange& exchange, std::string_view& caller);
  void close_the_largest();
  void answer_ready(Exchange& exchange);
  void add_metrics();

  const Surroundings surroundings_;
  Shared shared_;
  Auth auth_;
  PlaceOrder place_order_;
  GetOrder get_order_;
  WishOrder wish_order_;
  StockLevels stock_levels_;
  ListOrders list_orders_;
  EventStream event_stream_;
  std::vector<Connection*> flushing_;
  Pool<Connection> connections_;  // behind whatever their exchanges refer to
  Listener listener_;
};

}  // namespace http
