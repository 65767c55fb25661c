// A handler decides what happened to an order, nothing else. It takes a task, may write those fields of the
// record that belong to its step, and returns the event that happened, that the attempt failed for now, or
// that the answer comes later. Everything around that (room, requests, attempts, deadlines, append, the
// table, handing on) is the stage's (stage.h).
//
// Thread: its stage's worker. No clock, no random source, no socket: time is an argument, the outside is a
// port.
#pragma once

#include "engine/saga/event.h"
#include "engine/tape/task.h"
#include "engine/time.h"

namespace handlers {

struct Decision {
  saga::EventKind kind;
  saga::Reason reason = saga::Reason::none;
};

/// What came of a task.
struct Outcome {
  enum class Kind : std::uint8_t {
    happened,   // `decision`
    transient,  // this attempt came to nothing: it is to be tried again
    pending,    // somebody answers later, by a task
  };
  Kind kind = Kind::pending;
  Decision decision{};

  Outcome(Decision happened) : kind(Kind::happened), decision(happened) {}
  static Outcome transient() { return Outcome{Kind::transient}; }
  static Outcome pending() { return Outcome{Kind::pending}; }

 private:
  explicit Outcome(Kind of) : kind(of) {}
};

class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  virtual saga::HandlerId id() const = 0;
  virtual Outcome handle(const tape::Task& task, engine::Time now) = 0;

  /// How long its built-in provider takes to answer about this order.
  virtual engine::Duration latency(const tape::Record&) const { return {}; }
  /// Whether a step of it may come to nothing at first, so that deadlines bound it.
  virtual bool tries() const { return false; }
  /// Of an order whose turn is done outside: whether somebody is to be asked at all.
  virtual bool asks_outside(const tape::Record&) const { return true; }
  /// What happens to an order whose step is given up, after as many attempts or as long as may be.
  virtual Decision given_up(const tape::Record&, saga::Reason why) const {
    return {saga::EventKind::OrderParked, why};
  }
};

}  // namespace handlers
