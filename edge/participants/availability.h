// Whether a participant answers, and so how many calls to it may be under way:
//
//   up     as many as there are connections
//   slow   one at a time: it said 429 or 503 with a Retry-After, until that is over or it takes a call
//   away   one at a time, the next one when its backoff is over: until it answers again
//
// It is away at once when it cannot be reached or says what only a person can mend (`ours_to_mend`), and when
// `several` calls in a row came to nothing: a 5xx, a cut or silent connection.
//
// Thread: the owner's. Time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>

#include "edge/participants/call.h"
#include "edge/participants/settings.h"

namespace participants {

class Availability {
 public:
  enum class State : std::uint8_t { up, slow, away };

  /// `connections` and the backoffs of the settings.
  explicit Availability(const Settings& settings)
      : connections_(settings.connections),
        backoff_min_(settings.probe_backoff),
        backoff_max_(settings.probe_backoff_max) {}

  State state() const { return state_; }
  engine::Time since() const { return since_; }  // in this state

  /// May one more call begin while `under_way` are?
  bool may_begin(std::size_t under_way, engine::Time now) const;
  /// When it may although nothing ends before; never(): not by time alone.
  engine::Time next() const;
  void ended(const Outcome& outcome, engine::Time now);
  /// A pause that is over is no state of its own.
  void look_at(engine::Time now);

 private:
  static constexpr int several = 3;
  void enter(State state, engine::Time now);
  void go_away(const Outcome& outcome, engine::Time now);

  const std::size_t connections_;
  const engine::Duration backoff_min_, backoff_max_;
  State state_ = State::up;
  engine::Time since_{};
  engine::Time until_{};  // slow: it asked for so much; away: the next call
  engine::Duration backoff_{};
  int failed_in_a_row_ = 0;
};

}  // namespace participants
