// What the HTTP edge is told by the configuration. Filled in by the composition; nothing here reads a file.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "edge/http/wire/settings.h"
#include "engine/saga/event.h"
#include "engine/saga/order.h"
#include "engine/time.h"

namespace http {

/// A caller's bearer token, known only by its digest.
struct Token {
  std::string name;  // part of the identity of its idempotency keys: renaming a token forgets them
  saga::Digest sha256{};
  bool orders = false;                           // scope: POST, GET, cancel
  bool admin = false;                            // scope: retry, stock
  std::optional<saga::HandlerId> participant{};  // scope: the answers of this handler's calls
};

struct Settings : WireSettings {
  std::vector<std::string> hosts;  // names of ours, beside addresses and localhost; without tokens
  std::vector<Token> tokens;       // none: everybody may do everything, so listen on loopback only

  engine::Duration ack_deadline = std::chrono::seconds{30};    // then 504, outcome unknown
  engine::Duration room_deadline = std::chrono::seconds{1};    // of an order in line; then 503
  engine::Duration lookup_deadline = std::chrono::seconds{5};  // of one question to Redis; then 503

  saga::Currency currency;  // of orders that name none
  double traced = 0;        // the share of the orders without a traceparent that begin a trace, 0 to 1
};

}  // namespace http
