// A handler decides what happened to an order; nothing else. It takes a task, may write the record's fields
// of its step, and answers with the event that happened, or with nothing if it has to wait. Everything around
// that (room, append, the table, handing on) is the stage's (stage.h). Thread: its stage's worker. No clock,
// no random source, no socket: time is an argument, the outside is a port.
#pragma once

#include <optional>

#include "engine/saga/event.h"
#include "engine/tape/task.h"
#include "engine/time.h"

namespace handlers {

struct Decision {
  saga::EventKind kind;
  saga::Reason reason = saga::Reason::none;
};

class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  virtual saga::HandlerId id() const = 0;
  /// Holds the order's token from a TaskKind::token or arrival until it returns a decision.
  virtual std::optional<Decision> handle(const tape::Task& task, engine::Time now) = 0;

  /// For a handler that makes orders wait: called each turn; returns how much it did.
  virtual int wake(engine::Time) { return 0; }
  virtual engine::Time next_deadline() const { return engine::Time::never(); }
};

}  // namespace handlers
