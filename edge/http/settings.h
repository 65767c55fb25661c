// What the HTTP edge is told by the configuration. Filled in by the composition; nothing here reads a file.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/saga/order.h"
#include "engine/time.h"

namespace http {

/// A caller's bearer token, known only by its digest.
struct Token {
  std::string name;  // part of the identity of its idempotency keys: renaming a token forgets them
  saga::Digest sha256{};
  bool orders = false;  // scope: POST, GET, cancel
  bool admin = false;   // scope: retry, stock
};

struct Settings {
  std::string host = "127.0.0.1";  // a name or an address; empty: every address
  std::uint16_t port = 8080;       // 0: any free one, Server::port() tells which
  std::vector<std::string> hosts;  // names of ours, beside addresses and localhost; without tokens
  std::vector<Token> tokens;       // none: everybody may do everything, so listen on loopback only

  engine::Duration ack_deadline = std::chrono::seconds{30};    // then 504, outcome unknown
  engine::Duration lookup_deadline = std::chrono::seconds{5};  // of one question to Redis; then 503
  // Absolute, from a request's first byte and from its last header.
  engine::Duration head_deadline = std::chrono::seconds{10};
  engine::Duration body_deadline = std::chrono::seconds{20};
  engine::Duration idle_deadline = std::chrono::seconds{75};   // between requests
  engine::Duration write_deadline = std::chrono::seconds{10};  // for limits::taken_bytes

  engine::Duration closing_deadline = std::chrono::seconds{1};  // at a stop, for what is unsent

  saga::Currency currency;  // of orders that name none
  std::size_t connections = 8192;
};

}  // namespace http
