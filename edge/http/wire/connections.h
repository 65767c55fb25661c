// All connections of the server: takes new ones, sends what is to be sent, ends them.
//
//   Listener ─▶ accepted ─▶ Connection ─▶ Responder ─▶ … ─▶ Exchange ─▶ marked dirty ─▶ flush, once a turn
//
// Thread: the reactor's; the counts may be read by any. Bounds: WireSettings::connections of them, and
// limits::held_bytes_of_all: with more, the one that holds most is closed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "edge/http/wire/connection.h"
#include "edge/http/wire/listener.h"
#include "edge/http/wire/shared.h"
#include "engine/pool.h"

namespace http {

class Connections final : private Listener::AcceptListener {
 public:
  /// `groups` of requests, for the metrics, outlive it.
  Connections(const WireSettings& settings, edge::Reactor& reactor, Responder& responder,
              std::span<const std::string_view> groups);

  /// Binds and listens; an error says why not. Before the worker starts.
  engine::Result<> start();
  /// The port it listens on, after start().
  std::uint16_t port() const { return listener_.port(); }
  /// No more are accepted; those there are get their answers, with `Connection: close`, and are closed.
  void close();
  /// Sends what is to be sent, reads on; returns how many had something.
  int flush();

  /// From any thread, a moment old: requests whose answer has not left completely. Streams do not count.
  int open_requests() const { return shared_.open.load(std::memory_order_relaxed); }
  void add_metrics(runtime::Metrics& metrics);

 private:
  bool accepted(int fd) override;
  void close_the_largest();

  Shared shared_;
  std::vector<Connection*> flushing_;
  engine::Pool<Connection> all_;
  Listener listener_;
};

}  // namespace http
