// What somebody requests of an order (law 1), and what came of it.
//
//   id ─┬─ live ─────▶ its status says it already ─▶ accepted or refused
//       │              else it is passed on ─▶ wait for the event that answers it ─▶ accepted or refused
//       └─ not live ─▶ finished, or in the store ─▶ accepted, refused; not taken when it says nothing
//
// What a request may do, in which state, the saga's table says: the request is an event of it (rules, in the
// source). A cancel has come in time when the order goes back, for whatever reason; it is too late at
// ShippingConfirmed: whichever is acked first.
//
// Thread: the reactor's. Bounds: one a request.
#pragma once

#include <string>
#include <string_view>

#include "engine/desk/waiting.h"
#include "engine/pool.h"

namespace desk {

class Requesting final : public Waiting {
 public:
  Requesting(const Dependencies& with, engine::Pool<Requesting>& pool) : Waiting(with), pool_(pool) {}

  void start(const saga::OrderId& id, tape::OrderRequest what, std::string_view by,
             const Deadlines& deadlines, Client& client);

 private:
  void looked_up(const Whereabouts& order) override;
  void acked(const tape::Record& record, const tape::Event& event) override;
  void late() override { answer({.outcome = Outcome::unknown, .id = id_}); }
  void given_back() override { pool_.give(*this); }

  void pass_on(tape::Record& live);
  void settle(const Whereabouts& kept);

  engine::Pool<Requesting>& pool_;
  saga::OrderId id_{};
  tape::OrderRequest what_ = tape::OrderRequest::cancel;
  std::string by_;
};

}  // namespace desk
