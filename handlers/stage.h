// The loop that every handler runs in; it exists once. One turn:
//
//   fire timers ──▶ take room on the tape ──▶ orders whose wait is over, then a batch from the inbox
//     for each: read its requests ──▶ decide ──▶ ask the table ──▶ append
//                                        └──▶ or keep it until the next attempt
//   ──▶ hand the tokens on, in bulk ──▶ signal the journal ──▶ give back the room that was not used
//
// A stage keeps an order waiting for its provider's answer, between two attempts, and, when it is parked, for
// a person. Requests (law 1) are read before every decision, and a poke ends the wait of an order that is
// kept: the request comes first. An attempt at a built-in provider that is abandoned before its answer counts as not
// made. If the work is done outside (calls.h), what was sent and not answered may have been done: then a step that is
// given up or cancelled ends unresolved, and is undone.
//
// Thread: one worker; resting() and the counters from any.
// Invariants: an event is appended before its token moves on; the token of an event that the outside must
// wait for is not handed on here but by release, at the ack; a transition the table refuses is a bug. One
// order that waits never holds up another.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "engine/limits.h"
#include "engine/orders/inboxes.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/timers.h"
#include "engine/runtime/wall_clock.h"
#include "engine/tape/tape.h"
#include "handlers/calls.h"
#include "handlers/handler.h"
#include "handlers/resting.h"
#include "handlers/retry.h"

namespace handlers {

class Stage final : public runtime::Agent, private tape::Keeper {
 public:
  struct Rules {
    RetryRules retry{};
    saga::Outside outside{};
  };
  /// `calls`: of who does the work outside; nullptr: the handler does it.
  Stage(Handler& handler, Calls* calls, const Rules& rules, tape::Tape& tape, orders::Inboxes& inboxes,
        const runtime::WallClock& wall, runtime::Time start);

  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override { return timers_.next(); }
  std::string_view name() const override { return saga::name(handler_.id()); }

  const runtime::Counter& events() const { return events_; }
  const runtime::Counter& retries() const { return retries_; }
  /// Answers from outside for which no order waited here.
  const runtime::Counter& late_answers() const { return late_answers_; }
  /// Orders that wait for the next attempt, for somebody outside or for a person.
  const Resting& resting() const { return resting_; }

 private:
  int take_due(runtime::Time now, std::size_t room);
  int take_tasks(runtime::Time now, std::size_t& room);

  void take(const tape::Task& task, runtime::Time now);
  void take_token(tape::Record& record, runtime::Time now);
  void take_poke(tape::Record& record, runtime::Time now);
  void attempt(const tape::Task& task, runtime::Time now);
  void try_again(tape::Record& record, runtime::Time now);
  bool outside(const tape::Record& record) const {
    return calls_ != nullptr && handler_.asks_outside(record);
  }
  void ask_outside(tape::Record& record, runtime::Time now);
  void take_answer(std::unique_ptr<tape::Answer> answer, runtime::Time now);
  void take_answer(tape::Record& record, tape::Answer& answer, runtime::Time now);
  void ask_again(tape::Record& record, const tape::Answer& answer, runtime::Time now);
  Decision unresolved_or(tape::Record& record, Decision plain);
  std::optional<Decision> requested(const tape::Record& record) const;
  runtime::Time answered(const tape::Record& record, runtime::Time at) const;
  bool bound_by_order_deadline(const tape::Record& record) const;

  void keep(tape::Record& record, runtime::Time until);
  void unkeep(tape::Record& record);
  void take_out(tape::Record& record);
  void due(tape::Record& record) override;

  void append(tape::Record& record, const Decision& decision, runtime::Time now);
  void append_stock(tape::StockChange& change, runtime::Time now);
  void hand_on();

  Handler& handler_;
  Calls* const calls_;
  const RetryRules retry_;
  const saga::Outside outside_;
  tape::Tape& tape_;
  orders::TaskInbox& inbox_;
  const runtime::WallClock& wall_;
  std::array<std::optional<orders::TaskInbox::Producer>, saga::handlers> to_;

  runtime::Timers timers_;
  std::vector<tape::Record*> due_;  // their wait is over
  std::size_t appended_ = 0;        // in this turn
  Resting resting_;

  // Tokens of this turn that go to the same handler, not yet handed on.
  std::array<tape::Task, engine::limits::stage_batch> leaving_;
  std::size_t leaving_count_ = 0;
  saga::HandlerId leaving_to_ = saga::HandlerId::nobody;

  runtime::Counter events_, retries_, late_answers_;
};

}  // namespace handlers
