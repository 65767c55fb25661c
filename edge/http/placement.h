// One POST that waits: for Redis to say whether its id is known, for its order's first event to be acked,
// and, if it asked for that (Prefer: wait), for the order's end.
//
//   looking ─▶ (answered, or) unacked ─▶ 202, or acked ─▶ 200 at the end, 202 when the time is up
//                                └─ ack_deadline: 504
//
// Thread: the reactor's. Invariants: it answers its exchange once, or is abandoned, and then gives itself
// back; while it is attached to a record, that record is live (it detaches at the latest at the last event).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edge/http/lookup.h"
#include "edge/http/pipeline.h"
#include "engine/tape/event.h"
#include "engine/tape/record.h"

namespace http {

class Placement final : public Lookup, public Pending, public tape::Waiter, public runtime::Timer {
 public:
  /// What the request asked for, beside the order itself.
  struct Wish {
    saga::OrderId id;
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
    virtual void done(Placement& placement) = 0;
  };

  Placement(Desk& desk, engine::Store& store, edge::Reactor& reactor, const Settings& settings);

  void begin(Exchange& exchange, const Wish& wish);
  /// Looks its id up; the body is kept for then.
  void look_up(std::string_view body);
  /// Waits for the record's first event, or its end. `replayed`: it was there before.
  void wait_for(tape::Record& record, bool replayed);
  /// Without waiting any longer: it is answered by whoever calls this.
  Exchange& release();
  void answer_unknown();

  bool active() const { return exchange_ != nullptr; }
  const Wish& wish() const { return wish_; }
  std::string_view body() const;

 private:
  void looked_up(Found found, std::string_view document) override;
  void acked(const tape::Record& record, const tape::Event& event) override;
  void abandoned() override;
  void fire(engine::Time now) override;
  void accept();
  engine::Time wished_end() const;
  void set_deadline();

  Desk& desk_;
  edge::Reactor& reactor_;
  const Settings& settings_;
  Exchange* exchange_ = nullptr;
  tape::Record* record_ = nullptr;
  Wish wish_;
  bool replayed_ = false;
  std::string body_;  // with its padding
};

/// The order is taken: 202.
void answer_placed(Exchange& exchange, const Placement::Wish& wish, saga::State status, bool replayed);
/// The order has come to its end within the time the request wanted to wait: 200, as GET answers.
void answer_ended(Exchange& exchange, const Placement::Wish& wish, std::string_view document, bool replayed);
/// Taken but not known to be acknowledged: 504.
void answer_outcome_unknown(Exchange& exchange, const saga::OrderId& id);
/// Not taken, and sending it again is safe: 503.
void answer_not_taken(Exchange& exchange, std::string detail);

}  // namespace http
