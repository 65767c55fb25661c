// Those who answer without being called: whoever had said "later", and a person who settles a parked order. They post it as
// one over HTTP does, through the desk: in time, once more when the turn is over, and what is another handler's to say.
#pragma once

#include <deque>

#include "tests/sim/clients.h"

namespace sim {

class Callbacks {
 public:
  Callbacks(Clients& clients, Effects& effects, Faults& faults, Random& random)
      : clients_(clients), effects_(effects), faults_(faults), random_(random) {}

  /// One of them says something to the engine that the clients talk to.
  void speak(Engine& engine);
  /// A person settles each parked order whose turn is done outside.
  void settle_parked(Engine& engine);

 private:
  struct Said {
    saga::OrderId id;
    desk::AnswerRequest answer;
  };
  void speak_of(const Engine& engine, const tape::Record& order);
  void settle(const tape::Record& order);

  static constexpr std::size_t said_max = 20;
  Clients& clients_;
  Effects& effects_;
  Faults& faults_;
  Random& random_;
  std::deque<Said> said_;  // some of what was said, to be said again
};

}  // namespace sim
