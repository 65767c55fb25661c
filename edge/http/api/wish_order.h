// POST /v1/orders/{id}/cancel and …/retry: a wish for an order (law 1), and what came of it.
//
//   id ─┬─ live ─────▶ its status says it already ─▶ 202 or 409
//       │              else the wish is passed on ─▶ wait for the event that answers it ─▶ 202 or 409
//       └─ not live ─▶ finished, else Redis ───────▶ 202, 409, 404; 503 when it says nothing
//
// A cancel has come in time when the order goes back, for whatever reason; it is too late at
// ShippingConfirmed: whichever is acked first. A retry is answered by OrderResumed.
//
// Thread: the reactor's. Bounds: one wish a pipelined request.
#pragma once

#include <string_view>

#include "edge/http/api/order_wait.h"
#include "edge/http/api/settings.h"
#include "edge/http/wire/pipeline.h"
#include "edge/http/wire/pool.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/ports.h"

namespace http {

class WishOrder {
 public:
  WishOrder(const Settings& settings, edge::Reactor& reactor, orders::Orders& orders, engine::Store& store,
            orders::Dispatch& dispatch)
      : settings_(settings), reactor_(reactor), orders_(orders), store_(store), dispatch_(dispatch) {}

  void handle(tape::OrderRequest wish, std::string_view id, Exchange& exchange);
  /// Everybody who waits for an ack is told that the outcome is unknown.
  void answer_unknown();

 private:
  struct Asked {
    saga::OrderId id;
    tape::OrderRequest wish = tape::OrderRequest::cancel;
  };

  /// One wish that waits.
  class Asking final : public OrderWait {
   public:
    explicit Asking(WishOrder& owner);

    void begin(Exchange& exchange, const Asked& asked);
    void look_up() { Lookup::look_up(asked_.id); }
    /// Until an event answers the wish, or the ack deadline.
    void wait_for(tape::Record& record);

   private:
    void looked_up(Found found, std::string_view document) override;
    void acked(const tape::Record& record, const tape::Event& event) override;
    void fire(engine::Time now) override;
    void given_back() override { owner_.askings_.give(*this); }

    WishOrder& owner_;
    Asked asked_;
  };

  bool settle_from_memory(Exchange& exchange, const Asked& asked);
  void pass_on(Exchange& exchange, const Asked& asked, tape::Record& record);
  void settle(Exchange& exchange, const Asked& asked, std::optional<saga::State> kept);
  Asking& new_asking(Exchange& exchange, const Asked& asked);

  const Settings& settings_;
  edge::Reactor& reactor_;
  orders::Orders& orders_;
  engine::Store& store_;
  orders::Dispatch& dispatch_;
  Pool<Asking> askings_;
};

}  // namespace http
