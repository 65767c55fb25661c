// Showing something of one order, whoever has it: what is shown says a kind of its own. It says that there is no order only
// when it knows.
//
//   id ─┬─ live ──────────────────────▶ of_live ──┬─▶ shown
//       └─ finished, or in the store ─▶ of_ended ─┘
//
// Thread: the reactor's. Bounds: one a request.
#pragma once

#include <optional>
#include <string>

#include "engine/desk/waiting.h"

namespace desk {

class OrderShowing : public Waiting {
 public:
  void start(const saga::OrderId& id, const Deadlines& deadlines, Client& client) {
    begin(client, deadlines);
    id_ = id;
    look_up(id);
  }

 protected:
  using Waiting::Waiting;

 private:
  virtual std::string of_live(const tape::Record& live) = 0;
  /// Nothing: its document is none of ours.
  virtual std::optional<std::string> of_ended(const Whereabouts& order) = 0;
  void looked_up(const Whereabouts& order) final;
  void cut_short() final { answer({.outcome = Outcome::unavailable}); }

  saga::OrderId id_{};
};

}  // namespace desk
