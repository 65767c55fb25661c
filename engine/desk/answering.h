// What somebody outside says about an order's turn without being called (a callback, a person who settles it), and what
// came of saying so.
//
//   id ─┬─ live ─────▶ its turn, as its status says ─▶ handed on ─▶ wait for the event that it becomes ─▶ accepted
//       │              it has happened already ─▶ accepted, as known; another's turn ─▶ refused
//       └─ not live ─▶ finished, or in the store ─▶ known or refused
//
// A participant answers its turn; a person also one of an order that is parked. A mail's turn is not answered here: its
// order may be in the mail backlog, and whoever sends it is asked again with the same key.
//
// Thread: the reactor's. Bounds: one a request.
#pragma once

#include <string>

#include "engine/desk/waiting.h"
#include "engine/pool.h"
#include "engine/saga/table.h"
#include "engine/tape/answer.h"

namespace desk {

struct AnswerRequest {
  saga::Turn turn = saga::Turn::none;  // that it answers; none: a person settles the one that is due
  saga::EventKind kind = saga::EventKind::PaymentConfirmed;
  tape::AnswerData said{};
};

class Answering final : public Waiting {
 public:
  Answering(const Dependencies& with, engine::Pool<Answering>& pool) : Waiting(with), pool_(pool) {}

  void start(const saga::OrderId& id, AnswerRequest request, const Deadlines& deadlines, Client& client);

 private:
  void looked_up(const Whereabouts& order) override;
  void acked(const tape::Record& record, const tape::Event& event) override;
  void late() override { answer({.outcome = Outcome::unknown, .id = id_}); }
  void given_back() override { pool_.give(*this); }

  void pass_on(tape::Record& live);
  saga::Turn open_turn(saga::State status) const;
  void known_or_refused(bool known, saga::State status);

  engine::Pool<Answering>& pool_;
  saga::OrderId id_{};
  AnswerRequest request_{};
};

}  // namespace desk
