// What the wire is told by the configuration. Filled in by the composition; nothing here reads a file.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/time.h"

namespace http {

struct WireSettings {
  std::string host = "127.0.0.1";  // a name or an address; empty: every address
  std::uint16_t port = 8080;       // 0: any free one, Server::port() tells which
  std::size_t connections = 8192;

  // Absolute, from a request's first byte and from its last header.
  engine::Duration head_deadline = std::chrono::seconds{10};
  engine::Duration body_deadline = std::chrono::seconds{20};
  engine::Duration idle_deadline = std::chrono::seconds{75};   // between requests
  engine::Duration write_deadline = std::chrono::seconds{10};  // for limits::taken_bytes

  engine::Duration closing_deadline = std::chrono::seconds{1};  // at a stop, for what is unsent
};

}  // namespace http
