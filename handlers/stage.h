// The loop that every handler runs in; it exists once. One turn:
//
//   take room on the tape ─▶ take a batch from the inbox ─▶ for each: decide ─▶ ask the table ─▶ append ─▶
//   hand the tokens on, in bulk ─▶ tell the journal ─▶ give back the room not used
//
// Thread: one worker. Invariants: an event is appended before its token moves on; the token of an event that
// the outside must wait for is not handed on here but by release, at the ack; a transition the table refuses
// is a bug.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "engine/limits.h"
#include "engine/orders/release.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/metrics.h"
#include "engine/tape/tape.h"
#include "handlers/handler.h"

namespace handlers {

using orders::TaskInbox;

/// The five inboxes, by handler.
using Inboxes = std::array<TaskInbox*, saga::handlers>;

class Stage final : public runtime::Agent {
 public:
  Stage(Handler& handler, tape::Tape& tape, const Inboxes& inboxes);

  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override { return handler_.next_deadline(); }
  std::string_view name() const override { return saga::name(handler_.id()); }

  const runtime::Counter& events() const { return events_; }

 private:
  void append(tape::Record& record, const Decision& decision, runtime::Time now);
  void hand_on();

  Handler& handler_;
  tape::Tape& tape_;
  TaskInbox& inbox_;
  std::array<std::optional<TaskInbox::Producer>, saga::handlers> to_;

  // Tokens of this turn that go to the same handler, not yet handed on.
  std::array<tape::Task, engine::limits::stage_batch> leaving_;
  std::size_t leaving_count_ = 0;
  saga::HandlerId leaving_to_ = saga::HandlerId::nobody;

  runtime::Counter events_;
};

}  // namespace handlers
