// The HTTP edge: listens, and puts what the shop asks of the orders into words and back. It outlives the
// engine behind it: while none serves, it answers as one that starts.
//
//   socket ─▶ Connection ─▶ router ─┬─▶ health, metrics, documents, page ────────────────▶ Exchange ─┐
//     ▲                             │   while a desk is attached:                           ▲  ▲     │
//     │                             ├─▶ OrderRequests, StockRequests ─▶ Call ─▶ desk::Desk ─┘  │     │
//     │                             └─▶ EventStream ◀─ released events ────────────────────────┘     │
//     └─────────────────────────────── flush, once a turn ◀──────────────────────────────────────────┘
//
// It reads when the reactor says so and writes in its own do_work, once a turn for every connection that has
// something to say. So it comes behind orders::Release in the worker's list of agents: the answers that
// Release lets out leave in the same turn.
//
// --- Attached and detached. attach() once the orders are known, and before the intake opens; the desk, and
// the metrics that come with it, stay until detach(). While nothing is attached every request about orders or
// stock is 503 with what /readyz says, and connections, health, metrics, documents and page work as ever.
// detach() answers whoever still waits: where a request was passed on, that its outcome is not known. Event
// streams go on over it: their clients are told of the gap, if there may be one, when the next desk is there.
//
// Thread: the reactor's worker (main's while it is stopped), for everything not marked otherwise.
// Bounds: `connections`, 16 pipelined requests each, head 16 KiB, body 64 KiB.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/api/auth.h"
#include "edge/http/api/bulk_retry_requests.h"
#include "edge/http/api/call.h"
#include "edge/http/api/event_stream.h"
#include "edge/http/api/files.h"
#include "edge/http/api/order_requests.h"
#include "edge/http/api/random.h"
#include "edge/http/api/router.h"
#include "edge/http/api/settings.h"
#include "edge/http/api/stock_requests.h"
#include "edge/http/wire/connections.h"
#include "edge/reactor.h"
#include "engine/desk/desk.h"
#include "engine/ports.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/metrics.h"

namespace http {

/// What /readyz says.
struct Readiness {
  bool ready = false;
  std::string stage;  // "reading the log, offset 4711 of 9000", "draining", …
};

/// What the server talks to for as long as it lives. All of it outlives the server.
struct Dependencies {
  const Settings& settings;
  edge::Reactor& reactor;
  runtime::Metrics& metrics;  // the server adds its own; it is what /metrics renders
  Random& random;
  std::function<Readiness()> readiness;
  std::vector<File> files{};  // the desk's
};

class Server final : public runtime::Agent, public engine::AckedListener, private Responder {
 public:
  explicit Server(const Dependencies& dependencies);

  /// Binds and listens; an error says why not. Before the worker starts.
  engine::Result<> start() { return connections_.start(); }
  /// The port it listens on, after start().
  std::uint16_t port() const { return connections_.port(); }

  /// From now on requests go to this desk. `more`: what /metrics shows besides.
  void attach(desk::Desk& desk, const runtime::Metrics* more = nullptr);
  void detach();
  bool attached() const { return desk_ != nullptr; }

  /// From any thread. No more connections are accepted; those there are get their answers, with
  /// `Connection: close`, and are closed; event streams end.
  void close_listener() { want(close_wanted_); }
  /// From any thread. The intake is closed: who waits for an order's end (Prefer: wait) does so no longer.
  void end_waits() { want(no_waits_wanted_); }
  /// From any thread. This engine has been replaced, or cannot go on: everybody who waits for an ack is
  /// answered with 504, outcome unknown. Close the intake first.
  void answer_unknown() { want(unknown_wanted_); }
  /// From any thread: requests whose answer has not left completely. Event streams do not count.
  int open_requests() const { return connections_.open_requests(); }

  int do_work(runtime::Time now) override;
  void released(tape::Index released) override { event_stream_.released(released); }
  std::string_view name() const override { return "http"; }

 private:
  void respond(const Request& request, Exchange& exchange) override;
  bool admitted(const Match& match, const Request& request, Exchange& exchange, Auth::Answer& caller);
  void route(const Match& match, const Request& request, const Auth::Answer& caller, Exchange& exchange);
  void ask(const Match& match, const Request& request, const Auth::Answer& caller, Exchange& exchange);
  void answer_ready(Exchange& exchange);
  void answer_metrics(Exchange& exchange);
  void want(std::atomic<bool>& wanted);
  static bool take_wanted(std::atomic<bool>& wanted);

  const Dependencies with_;
  Auth auth_;
  Calls calls_;
  OrderRequests order_requests_;
  StockRequests stock_requests_;
  BulkRetryRequests bulk_retry_requests_;
  EventStream event_stream_;
  Connections connections_;  // behind whatever their exchanges refer to
  desk::Desk* desk_ = nullptr;
  const runtime::Metrics* desk_metrics_ = nullptr;
  std::atomic<bool> close_wanted_{false};
  std::atomic<bool> unknown_wanted_{false};
  std::atomic<bool> no_waits_wanted_{false};
};

}  // namespace http
