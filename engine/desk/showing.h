// Showing an order: what is acked of it, from memory or else from the store. It says that there is none only
// when it knows. Thread: the reactor's. Bounds: one a request.
#pragma once

#include "engine/desk/waiting.h"
#include "engine/pool.h"

namespace desk {

class Showing final : public Waiting {
 public:
  Showing(const Dependencies& with, engine::Pool<Showing>& pool) : Waiting(with), pool_(pool) {}

  void start(const saga::OrderId& id, const Deadlines& deadlines, Client& client) {
    begin(client, deadlines);
    id_ = id;
    look_up(id);
  }

 private:
  void looked_up(const Whereabouts& order) override;
  void cut_short() override { answer({.outcome = Outcome::unavailable}); }
  void given_back() override { pool_.give(*this); }

  engine::Pool<Showing>& pool_;
  saga::OrderId id_{};
};

}  // namespace desk
