// One POST that waits: for Redis to say whether its id is known, for its order's first event to be acked,
// and, if it asked for that (Prefer: wait), for the order's end.
//
//   looking ─▶ (answered, or) unacked ─▶ 202, or acked ─▶ 200 at the end, 202 when the time is up
//      │                         └─ ack_deadline: 504     ▲
//      └─ an order that only waits for its mail, in Redis alone: looks in memory again and again
//
// Thread: the reactor's. Invariants: order_wait.h's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edge/http/api/order_wait.h"
#include "edge/http/api/settings.h"

namespace http {

class Placement final : public OrderWait {
 public:
  /// What the request asked for, beside the order itself.
  struct Wish {
    saga::OrderId id;
    std::optional<saga::OrderId> key_id;  // of a key beside an orderId: the id that nobody may have
    saga::Digest body_hash{};
    engine::Time arrived{};
    std::optional<int> wait;  // seconds
  };

  /// Who runs the placements.
  class Desk {
   public:
    virtual ~Desk() = default;
    virtual void looked_up(Placement& placement, Found found, std::string_view document) = 0;
    virtual void accepted(engine::Duration after) = 0;
    /// It waits for an order that was not in memory: is it now?
    virtual void look_again(Placement& placement) = 0;
    virtual void done(Placement& placement) = 0;
  };

  Placement(Desk& desk, engine::Store& store, edge::Reactor& reactor, const Settings& settings);

  void begin(Exchange& exchange, const Wish& wish);
  /// Looks its id up, and before that the key's if there is one; the body is kept for then.
  void look_up(std::string_view body);
  /// Waits for the record's first event, or its end. `replayed`: it was there before, perhaps with another
  /// body.
  void wait_for(tape::Record& record, bool replayed);
  /// Waits for an order that has no record now; `status`: what Redis says of it.
  void wait_for_return(saga::State status);
  /// It is not in memory.
  void still_away();
  /// The order's end is not waited for any longer.
  void end_wait();
  /// 202, with what is known of the order.
  void accept();

  const Wish& wish() const { return wish_; }
  std::string_view body() const;

 private:
  void looked_up(Found found, std::string_view document) override;
  void acked(const tape::Record& record, const tape::Event& event) override;
  void fire(engine::Time now) override;
  void given_back() override;
  engine::Time wished_end() const;
  void set_deadline();

  /// From one look to the next.
  struct Glance final : runtime::Timer {
    explicit Glance(Placement& the_placement) : placement(the_placement) {}
    void fire(engine::Time) override { placement.desk_.look_again(placement); }
    Placement& placement;
  };

  Desk& desk_;
  const Settings& settings_;
  Wish wish_;
  bool asks_for_key_ = false;
  bool replayed_ = false;
  saga::State away_ = saga::State::none;  // of an order without a record
  Glance glance_{*this};
  std::string body_;  // with its padding
};

}  // namespace http
