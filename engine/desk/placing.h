// Placing an order: from a draft to an order on its way, or to the answer that an earlier one of the same id
// has got.
//
//   draft ─▶ (line) ─┬─ a new id ────────────────────────────────────────▶ admit ─▶ its first ack ─▶ accepted
//                    └─ an id from outside ─▶ memory, store, memory ─┬─ no ─┘  └─▶ not taken            │
//                                                                    │             wants its end: ─▶ ended, or accepted
//                                                                    └─ known: same body: wait, or accepted again; other body: no
//
// An engine that is given more than it can do lets orders wait in line, the first first, until those before them are
// acked or stored: so it takes as much as Kafka and Redis take, and says no only to what waits too long.
// An Idempotency-Key beside an orderId names the same order: one that named another before is another body's.
// Thread: the reactor's. Bounds: one a request; limits::orders_in_line in line.
#pragma once

#include <deque>
#include <optional>

#include "engine/desk/key_owners.h"
#include "engine/desk/waiting.h"
#include "engine/pool.h"

namespace desk {

struct PlaceRequest {
  const saga::Order& order;                  // its texts are good until the call returns
  bool from_outside = false;                 // the id may have been seen before
  std::optional<saga::OrderId> key_id{};     // of a key beside an orderId: the id that nobody may have
  std::optional<engine::Time> wait_until{};  // it would like to wait for the order's end
};

class Placing;

/// What all of them share.
struct Placings {
  const Dependencies& with;
  KeyOwners key_owners{};
  engine::Pool<Placing> pool{};
  std::deque<Placing*> line{};
  std::size_t seeking = 0;  // ask the store, and would like to be let in then

  /// Those at the head of the line go on, as long as there is room: once a turn.
  void serve_line();
};

class Placing final : public Waiting {
 public:
  explicit Placing(Placings& all) : Waiting(all.with), all_(all) {}

  void start(const PlaceRequest& request, const Deadlines& deadlines, Client& client);
  /// The order's end is not waited for any longer.
  void end_wait();
  /// It is at the head of the line: goes on, if there is room.
  bool try_again();

 private:
  std::size_t held() const override { return draft_ != nullptr ? draft_->bytes : 0; }
  void looked_up(const Whereabouts& order) override;
  void acked(const tape::Record& record, const tape::Event& event) override;
  void late() override;
  void cut_off() override;
  void given_back() override;

  orders::Orders::Refusal crowded(std::size_t bytes) const;
  void wait_in_line(orders::Orders::Refusal why);
  void leave_line();
  void seek();
  void end_seek();
  void found_key(Whereabouts::At at);
  bool key_names_another() const;
  void settle(tape::Record& live);
  void replay(const Whereabouts& kept);
  void admit(const orders::Orders::Admission& admission);
  void await_ack(tape::Record& record);
  saga::State known() const;
  Answer accepted(saga::State status) const;
  void answer_ended(std::string_view shown);

  Placings& all_;
  saga::OrderId id_{};
  saga::Digest body_hash_{};
  std::optional<saga::OrderId> key_id_;
  std::optional<engine::Time> wait_until_;
  bool time_is_up_ = false;  // wait_until_ has passed
  tape::OwnedRecord draft_;  // while it stands in line or the store is asked
  bool from_outside_ = false;
  bool seeking_ = false;
  orders::Orders::Refusal in_line_ = orders::Orders::Refusal::none;  // why it stands in line
  bool asks_for_key_ = false;
  bool replayed_ = false;
  bool from_store_ = false;                  // what is known
  saga::State spilled_ = saga::State::none;  // of an order without a record
};

}  // namespace desk
