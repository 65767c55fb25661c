// An event with everything that journal, store, release and views need to know about one step. They read this
// and the constant parts of the record, never the order's present state, which is ahead of the event.
// Payloads that belong to one kind (a payment's reference, what is left on hand) lie in fields of the record
// that only that step writes, before its event is appended.
#pragma once

#include <cstdint>

#include "engine/saga/event.h"
#include "engine/time.h"

namespace tape {

struct Record;
struct StockChange;

struct Event {
  Record* record = nullptr;      // of every kind but StockSet
  StockChange* stock = nullptr;  // of StockSet
  engine::Time at{};
  std::uint32_t step = 0;  // 1, 2, 3, … within the order
  saga::EventKind kind = saga::EventKind::OrderPlaced;
  saga::State state = saga::State::none;             // that follows
  saga::Reason reason = saga::Reason::none;          // why it goes back, waits for a person, has no mail
  saga::HandlerId at_ack = saga::HandlerId::nobody;  // who gets the token when the event is acked
};

}  // namespace tape
