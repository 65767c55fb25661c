// The five inboxes, by handler: who pushes into which follows from the table.
//
//   reactor (Dispatch) ─▶ every inbox            stage ─▶ the inboxes it hands tokens to ahead of the ack
//   mail threads ─▶ notification        whoever is called ─▶ its handler
//
// Thread: constructed before the workers run.
// Bounds: an inbox has room for the token of every live order, and, if its handler may keep orders waiting,
// for one poke or answer an order besides.
#pragma once

#include <array>
#include <memory>

#include "engine/limits.h"
#include "engine/runtime/inbox.h"
#include "engine/saga/table.h"
#include "engine/tape/task.h"

namespace orders {

using TaskInbox = runtime::Inbox<tape::Task>;

class Inboxes {
 public:
  using Parkers = std::array<runtime::Parker*, saga::handlers>;

  /// `live`: the most orders in memory; `mailers`: how many producers of mail results there are, 0: mails
  /// are answered over the topic, besides their tokens; `called`: whose work
  /// is done by somebody who is called, and so is one producer more, of an answer a call.
  Inboxes(std::size_t live, std::size_t mailers, const Parkers& wake,
          const std::array<bool, saga::handlers>& called = {}) {
    for (std::size_t i = 0; i < saga::handlers; ++i) {
      const auto handler = static_cast<saga::HandlerId>(i);
      std::size_t producers = 1;  // the reactor's
      for (std::size_t from = 0; from < saga::handlers; ++from) {
        if (saga::hands_ahead(static_cast<saga::HandlerId>(from), handler)) ++producers;
      }
      if (handler == saga::HandlerId::notification) producers += mailers;
      if (called[i]) ++producers;
      std::size_t capacity = live;
      if (saga::may_keep_waiting(handler) || (handler == saga::HandlerId::notification && mailers == 0))
        capacity += live;
      if (handler == saga::HandlerId::inventory) capacity += engine::limits::stock_changes;
      boxes_[i] = std::make_unique<TaskInbox>(capacity, producers, *wake[i]);
    }
  }

  /// Answers that nobody took are destroyed.
  ~Inboxes() {
    for (const auto& box : boxes_) {
      tape::Task left;
      while (box->pop({&left, 1}) == 1) {
        if (left.kind == tape::TaskKind::answer) delete left.answer;
      }
    }
  }
  Inboxes(const Inboxes&) = delete;
  Inboxes& operator=(const Inboxes&) = delete;

  TaskInbox& of(saga::HandlerId handler) { return *boxes_[static_cast<std::size_t>(handler)]; }

 private:
  std::array<std::unique_ptr<TaskInbox>, saga::handlers> boxes_;
};

}  // namespace orders
