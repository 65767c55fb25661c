// What somebody who asked is answered, as a value: the edge only puts it into words. Whoever asks is a
// Client, and is answered once, at the earliest from within the question.
// Thread: the reactor's. Invariants: nothing is said about an event that is not acked; views are good during
// the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/saga/event.h"
#include "engine/saga/id.h"

namespace desk {

enum class Outcome : std::uint8_t {
  // It is so, acknowledged.
  accepted,  // placed; or cancelled, or going back anyway; or sent on
  ended,     // placed, and it has come to its end within the time that the client wanted to wait
  shown,     // an order
  listed,    // a page of orders
  level,     // a stock level, as it is from now on

  // It is not, for good.
  no_order,
  other_body,  // the id, or the key, belongs to an order with another body
  refused,     // not of an order in this state
  uncounted,   // nobody counts this sku
  other_level,
  out_of_bounds,  // the level would be below zero, or over tape::on_hand_max

  // Nobody knows yet: ask again.
  not_taken,    // nothing was done, and sending it again is safe: `cause`
  unacked,      // the order is taken, and nothing of it is acknowledged so far
  unknown,      // passed on, but its acknowledgement did not come in time: it still may
  unavailable,  // not all in memory, and the store does not say
};

struct Answer {
  Outcome outcome = Outcome::not_taken;
  saga::OrderId id{};
  saga::State status = saga::State::none;    // of accepted
  bool replayed = false;                     // the order was there before
  bool waited = false;                       // the client's time to wait was kept to
  bool from_store = false;                   // not this engine's own memory says it
  std::string_view cause{};                  // of not_taken, for people
  std::string_view document{};               // of ended and shown: the order as everybody may see it
  std::span<const std::string> documents{};  // of listed, newest first,
  std::uint64_t next = 0;                    // and the serial that older ones lie below; 0: there are none
  std::string_view sku{};                    // of level
  std::int64_t on_hand = 0;                  // of level and out_of_bounds
};

/// Why something is not taken, where several requests can meet the cause.
namespace cause {
inline constexpr std::string_view closed = "this engine takes nothing new: it is stopping, or starting again";
inline constexpr std::string_view gone = "this engine has been replaced, or starts again";
inline constexpr std::string_view store_away = "Redis, which knows whether this id was used before, is away";
inline constexpr std::string_view no_document = "what Redis keeps under this id is not an order";
}  // namespace cause

class Waiting;

class Client {
 public:
  Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  virtual ~Client() = default;

  virtual void answered(const Answer& answer) = 0;
  /// So many bytes are kept for it from now on, until that changes or it is answered.
  virtual void holds(std::size_t) {}

  bool waiting() const { return waiting_ != nullptr; }
  /// The answer is not wanted any more: there will be none. What was asked for may happen all the same.
  void forget();

 private:
  friend class Waiting;
  Waiting* waiting_ = nullptr;
};

}  // namespace desk
