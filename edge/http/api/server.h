// The HTTP edge: listens, parses, places, turns round and shows orders, sets stock, streams the acked events.
//
//   socket ─▶ connection ─▶ parser ─▶ router ─▶ place_order ─▶ orders::Orders ─▶ the order handler's inbox
//     ▲           ▲                     ├─▶ wish_order, stock_levels ─▶ orders::Dispatch ─▶ the handlers'
//     inboxes │           │                     ├─▶ get_order, list_orders   (memory first, then Redis) └──
//     flush ──┴──── answers ◀───────┴─▶ event_stream, health, api_documents
//
// It reads when the reactor says so and writes in its own do_work, once a turn for every connection that has
// something to say. So it comes behind orders::Release in the worker's list of agents: the answers that
// Release lets out leave in the same turn.
//
// Nothing about orders or stock is answered before the orders are known (Orders::known): it is 503 with what
// /readyz says.
//
// Thread: the reactor's worker, for everything not marked otherwise.
// Bounds: `connections`, 16 pipelined requests each, head 16 KiB, body 64 KiB.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "edge/http/api/random.h"
#include "edge/http/api/settings.h"
#include "edge/reactor.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/orders/stock.h"
#include "engine/ports.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/metrics.h"
#include "engine/tape/tape.h"
#include "engine/tape/transcript.h"

namespace http {

/// What /readyz says.
struct Readiness {
  bool ready = false;
  std::string stage;  // "reading the log, offset 4711 of 9000", "draining", …
};

/// Everything the server talks to. All of it outlives the server.
struct Surroundings {
  const Settings& settings;
  edge::Reactor& reactor;
  orders::Orders& orders;
  engine::Store& store;
  orders::Dispatch& dispatch;
  const orders::Stock& stock;  // read only once the orders are known
  tape::Tape& tape;
  tape::Transcript& transcript;
  runtime::Metrics& metrics;  // the server adds its own; it is what /metrics renders
  Random& random;
  std::function<Readiness()> readiness;
  std::string_view page;  // the text of `/`
};

class Site;

class Server final : public runtime::Agent, public engine::AckedListener {
 public:
  explicit Server(const Surroundings& surroundings);
  ~Server() override;

  /// Binds and listens; returns what went wrong, or nothing. Before the worker starts.
  std::string start();
  /// The port it listens on, after start().
  std::uint16_t port() const;

  /// From any thread. No more connections are accepted; those there are get their answers, with
  /// `Connection: close`, and are closed; event streams end.
  void close_listener();
  /// From any thread. The intake is closed: who waits for an order's end (Prefer: wait) does so no longer.
  void end_waits();
  /// From any thread: requests whose answer has not left completely. Event streams do not count.
  int open_requests() const;
  /// From any thread. This engine has been replaced, or cannot go on: everybody who waits for an ack is
  /// answered with 504, outcome unknown. Close the intake first.
  void answer_unknown();

  int do_work(runtime::Time now) override;
  void released(tape::Index released) override;
  std::string_view name() const override { return "http"; }

 private:
  const std::unique_ptr<Site> site_;  // keeps the edge's inner parts out of the composition
  edge::Reactor& reactor_;
  std::atomic<bool> close_wanted_{false};
  std::atomic<bool> unknown_wanted_{false};
  std::atomic<bool> no_waits_wanted_{false};
};

}  // namespace http
