// The events that a participant is tried with: an order that asks it to do its work, and one that asks it to
// undo that again.
//
// Thread: main's.
#pragma once

#include <optional>
#include <string>

#include "edge/participants/call.h"

namespace try_participant {

/// The turns in which a handler asks its participant.
struct HandlerTurns {
  std::string name;  // "payment"
  participants::Turn work = participants::Turn::payment_charge;
  std::optional<participants::Turn> undo = participants::Turn::payment_undo;  // a mail has none
};
std::optional<HandlerTurns> turns_of(const std::string& name);

/// A version 4 UUID.
std::string new_order_id();

struct Event {
  std::string key, body;
};
/// `order` is the inside of a JSON object, what OrderPlaced says beside the id.
Event work_event(const HandlerTurns& handler, const std::string& order_id, const std::string& order);
/// Names the key of the work, and no reference: whether there is one, the engine need not know.
Event undo_event(const HandlerTurns& handler, const std::string& order_id, const std::string& order);

/// An order of a keyboard that costs 49.99 USD.
std::string sample_order();

}  // namespace try_participant
