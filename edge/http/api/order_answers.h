// The answers about an order that several requests can get, rendered by hand: they are what the engine says
// most often. Thread: the reactor's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "edge/http/wire/pipeline.h"
#include "engine/saga/event.h"
#include "engine/saga/id.h"

namespace http {

/// What an answer says about itself.
struct Terms {
  bool replayed = false;      // it was there before
  std::optional<int> waited;  // seconds, as the request preferred
};

/// What was asked for is taken, and acknowledged: 202.
void answer_accepted(Exchange& exchange, const saga::OrderId& id, saga::State status,
                     const Terms& terms = {});
/// The order has come to its end within the time the request wanted to wait: 200, as GET answers.
void answer_ended(Exchange& exchange, const saga::OrderId& id, std::string_view document, const Terms& terms);
/// A page of the listing; `next`: the serial that older ones lie below, 0: there are none.
void answer_page(Exchange& exchange, std::span<const std::string> documents, std::uint64_t next);
/// What is shipped cannot be cancelled: 409.
void answer_shipped(Exchange& exchange, const saga::OrderId& id);
/// Only what is parked can be sent on: 409.
void answer_not_parked(Exchange& exchange, const saga::OrderId& id);
void answer_no_mail_yet(Exchange& exchange, const saga::OrderId& id);
/// What was said has happened already: 200.
void answer_known(Exchange& exchange, const saga::OrderId& id, saga::State status);
/// The order does not wait for that: 409.
void answer_not_its_turn(Exchange& exchange, const saga::OrderId& id);
/// The id or key belongs to an order with another body: 422.
void answer_other_body(Exchange& exchange);
/// Taken but not known to be acknowledged: 504.
void answer_outcome_unknown(Exchange& exchange, const saga::OrderId& id, std::string detail);
/// Not taken, and sending it again is safe: 503.
void answer_not_taken(Exchange& exchange, std::string detail);
/// Taken, and not acknowledged so far: nothing can be said about it yet, 503.
void answer_unacked(Exchange& exchange, const saga::OrderId& id);
/// 404.
void answer_no_order(Exchange& exchange);
/// Not (all) in memory, and Redis does not say: 503.
void answer_away(Exchange& exchange);
/// This engine does not know the orders yet: 503. `stage`: how far it is; `change`: it was asked to do
/// something.
void answer_not_serving(Exchange& exchange, std::string_view stage, bool change);

}  // namespace http
