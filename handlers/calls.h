// The orders whose turn is done outside: who waits for which answer. A handler's stage asks here instead of its handler.
//
//   ask ─┬─▶ first ─┬─▶ at most `at_once` calls with the participant ─▶ its answer, a task in the handler's inbox
//        └─▶ again ─┘                                                    └─▶ find ─▶ the order, if it still waits for it
//
// Who was called for before, perhaps by an engine before this one, waits behind those who were not, but for one call in
// eight.
//
// Over the topic nobody is called: the event that gives the turn is the call, and the answer comes as a request.
//
// A call that was sent and not answered leaves it unknown whether its effect has happened; and of an order that an
// engine before this one left, nobody knows whether it was called for.
//
// Thread: the stage's, but for waiting(). Bounds: an entry for each order in a queue or called for.
// Invariants: an order is in a queue or called for at most once, and only while the stage keeps it; an answer that
// comes after leave() finds nobody.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/codec/cloud_event.h"
#include "engine/ports.h"
#include "engine/tape/answer.h"
#include "engine/tape/record.h"
#include "engine/time.h"

namespace handlers {

struct CallRules {
  std::size_t at_once = 64;                                  // calls that the participant is given
  engine::Duration answer_deadline = std::chrono::hours{1};  // of who answers later, or over the topic
};

class Calls {
 public:
  /// `participant`: nullptr: over the topic.
  Calls(engine::Participant* participant, const codec::CloudEvents& events, const CallRules& rules)
      : participant_(participant), events_(events), rules_(rules) {}

  /// The record's turn is to be done: calls for it, or as soon as there is a place.
  void ask(tape::Record& record);
  /// Begins the calls that there is a place for.
  void go_on();
  /// The order that this answers; nullptr: it has moved on, or is gone.
  tape::Record* find(const tape::Answer& answer) const;
  /// The call that was under way has been answered, or its turn without one. `shown`: when, on the wall clock.
  void answered(tape::Record& record, const tape::Answer& answer, engine::Time shown);
  /// Nobody waits for them any more: it has been decided, or the order moves on without an answer. `parked`: what went
  /// wrong last is still shown.
  void leave(tape::Record& record, bool parked = false);
  /// The call came to nothing, and why.
  void failed(const tape::Record& record, std::string why);
  /// They answer later.
  void later(tape::Record& record, const tape::Answer& answer, engine::Time now);

  /// When an order whose step must be done by `due` is not waited for any longer.
  engine::Time due(const tape::Record& record, engine::Time due) const;

  /// Whether the record's turn may have been done without an answer. Over the topic its event alone is the call, however
  /// soon the order moves on.
  bool unknown(const tape::Record& record) const;

  /// From any thread: of an order that is answered later, or was called for in vain.
  std::optional<tape::SaidLater> waiting(const saga::OrderId& id) const;

 private:
  bool begin(tape::Record& record);
  static void note(tape::Record& record, const tape::Answer& answer, engine::Time shown);
  std::deque<tape::Record*>& queue_of(const tape::Record& record);

  engine::Participant* const participant_;
  const codec::CloudEvents& events_;
  const CallRules rules_;
  std::uint64_t last_id_ = 0;
  std::deque<tape::Record*> first_, again_;
  std::unordered_map<std::uint64_t, tape::Record*> called_;
  mutable std::mutex mutex_;
  std::unordered_map<saga::OrderId, tape::SaidLater, saga::OrderIdHash> later_;  // under mutex_
};

}  // namespace handlers
