// What the reactor's thread hands to the handlers: orders, requests, stock levels.
//
//   new order ─▶ order      token that waited for its ack ─▶ notification      stock ─▶ inventory
//   token of an order taken up at the start ─▶ its holder
//   finished order whose mail is asked for again ─▶ notification
//   request ─▶ flag in the record, poke to every handler that may keep the order waiting
//   answer of somebody who was not called ─▶ the handler whose turn it is
//
// Thread: the reactor's (before the workers run, main's).
// Invariants: an order is poked once at a time, and not freed before every poke was taken (orders.h).
// Bounds: limits::stock_changes on their way at once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/orders/inboxes.h"
#include "engine/tape/room.h"

namespace orders {

class Dispatch {
 public:
  Dispatch(Inboxes& inboxes, tape::Room& room);

  /// A new order, for order; with the next hand_over().
  void arrive(tape::Record& record) {
    arrivals_.emplace_back(&record, tape::TaskKind::arrival);
    ++let_in_;
  }
  /// How many orders that were.
  int hand_over();

  /// A finished order that was let in again, for notification; `by`: who asks for its mail.
  void ask_for_mail(tape::Record& record, std::string_view by);

  /// The token of an order whose last event is acked.
  void hand_on(tape::Record& record, saga::HandlerId to);
  /// The token of an order that was taken up again, all of whose events are stored, for the handler that the
  /// table names.
  void resume(tape::Record& record) { hand_on(record, saga::holder(record.state)); }

  /// Passes on what somebody asks of a live order. Its holder makes a step of it, unless the order has moved
  /// on before; its event says who asked: `by`. False: another request is on its way to this order.
  [[nodiscard]] bool request(tape::Record& record, tape::OrderRequest request, std::string_view by = {});

  /// What somebody outside says about a live order's turn, to the handler that has it. False: something else is on its
  /// way to this order.
  [[nodiscard]] bool answer(tape::Record& record, tape::Answer answer);

  /// nullptr: no room on the tape, or too many changes are under way. The change lives until settled().
  [[nodiscard]] tape::StockChange* set_stock(std::string_view sku, const tape::StockRequest& request,
                                             std::string_view by);
  /// The change's event is stored: destroys the change.
  void settled(tape::StockChange& change);
  std::size_t stock_changes() const { return changes_.size(); }
  /// Orders and stock changes that have come in so far, each with its room on the tape.
  std::uint64_t let_in() const { return let_in_; }

 private:
  tape::Room& room_;
  std::array<std::optional<TaskInbox::Producer>, saga::handlers> to_;
  std::vector<tape::Task> arrivals_;
  std::uint64_t let_in_ = 0;
  std::vector<std::unique_ptr<tape::StockChange>> changes_;  // on their way
};

}  // namespace orders
