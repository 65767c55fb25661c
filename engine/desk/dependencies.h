// What the desk works with: one partition, its store, and the timers of the thread it lives on.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/orders/stock.h"
#include "engine/ports.h"
#include "engine/runtime/timers.h"
#include "engine/runtime/wall_clock.h"
#include "engine/tape/tape.h"
#include "engine/tape/transcript.h"

namespace desk {

/// All of it outlives the desk.
struct Dependencies {
  orders::Orders& orders;
  orders::Dispatch& dispatch;
  const orders::Stock& stock;
  engine::Store& store;
  const tape::Tape& tape;
  const tape::Transcript& transcript;
  runtime::Timers& timers;
  saga::Capture capture = saga::Capture::at_once;  // of orders that are placed
  saga::Outside outside{};                         // whose work is done outside
  std::function<std::optional<tape::SaidLater>(saga::HandlerId, const saga::OrderId&)> said_later{};
  std::array<std::uint64_t, saga::handlers>
      attempts{};                            // after which a step forwards is given up; 0: not told
  const runtime::WallClock* wall = nullptr;  // nullptr: no time to come is shown
  /// An order's mails, {"data":[…]}, as they were sent; nothing: somebody else sends them.
  std::function<std::string(const tape::Record&)> mails{};
};

/// Of one request: nothing in here reads a clock.
struct Deadlines {
  engine::Time store{};  // for all questions to the store
  engine::Time ack{};
  engine::Time room{};  // to place an order: for those before it to make room
};

}  // namespace desk
