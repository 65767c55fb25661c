// POST /v1/orders: from a body to an order on its way, or to the answer an earlier one of the same id has
// got.
//
//   body ─▶ draft ─▶ identity ─┬─ new id ───────────────────────────────▶ admit ─▶ wait for its ack ─▶ 202
//                              └─ from outside ─▶ memory ─▶ Redis ─▶ memory ─┘ └─▶ 503
//                                                   └─ known: same body: wait or 202 again; other: 422
//
// An Idempotency-Key beside an orderId names the same order: one that named another before is 422.
//
// Redis answers in the order of submits and finds (engine/ports.h), so a "no" is good as long as nobody has
// placed the order since: one more look into memory.
//
// Thread: the reactor's. Bounds: one placement a pipelined request.
#pragma once

#include <string_view>

#include "edge/http/api/identity.h"
#include "edge/http/api/key_owners.h"
#include "edge/http/api/order_parser.h"
#include "edge/http/api/placement.h"
#include "edge/http/api/random.h"
#include "edge/http/api/settings.h"
#include "edge/http/wire/pipeline.h"
#include "edge/http/wire/pool.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/ports.h"
#include "engine/runtime/histogram.h"

namespace http {

class PlaceOrder final : public Placement::Desk {
 public:
  PlaceOrder(const Settings& settings, edge::Reactor& reactor, orders::Orders& orders, engine::Store& store,
             orders::Dispatch& dispatch, Random& random);

  /// `caller` is the token's name.
  void handle(const Request& request, Exchange& exchange, std::string_view caller);
  /// Everybody who waits for an ack is told that the outcome is unknown.
  void answer_unknown();
  /// Nobody waits for an order's end any longer: 202 at its first ack, or now.
  void end_waits();

  const runtime::Histogram& latency() const { return latency_; }

 private:
  // Placement::Desk
  void looked_up(Placement& placement, engine::Store::DocumentListener::Found found,
                 std::string_view document) override;
  void accepted(engine::Duration after) override {
    latency_.record(static_cast<std::uint64_t>(after.count()));
  }
  void look_again(Placement& placement) override;
  void done(Placement& placement) override { placements_.give(placement); }

  std::optional<Problem> identify(const Request& request, std::string_view caller, Placement::Wish& wish,
                                  bool& from_outside);
  bool key_names_another(const Placement::Wish& wish) const;
  bool settle_from_memory(Exchange& exchange, const Placement::Wish& wish);
  void replay(Exchange& exchange, const Placement::Wish& wish, std::string_view document);
  void admit(Exchange& exchange, const Placement::Wish& wish);
  Placement& new_placement(Exchange& exchange, const Placement::Wish& wish);

  const Settings& settings_;
  edge::Reactor& reactor_;
  orders::Orders& orders_;
  engine::Store& store_;
  orders::Dispatch& dispatch_;
  Random& random_;
  Sha256 sha256_;
  OrderParser parser_;
  Draft draft_;  // of the request at hand
  KeyOwners key_owners_;
  runtime::Histogram latency_;
  Pool<Placement> placements_;
};

}  // namespace http
