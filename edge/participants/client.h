// The box: takes calls to one participant, makes them over HTTP(S) with libcurl's multi handle, and hands
// each one's outcome back.
//
//   handlers::Calls ──ask()──▶ waiting ──▶ under way (at most `connections`) ──▶ the participant
//         ▲                       │                    │
//         │                  withdraw()                ▼
//         └── the handler's inbox ◀──────────────── deliver()      on this box's thread
//
// Why a thread of its own and not the reactor: loading the system's authorities blocks for 17 ms of CPU (31
// ms on a busy machine), once a day and with the first call; a TLS handshake blocks for 0.7 ms each, and a
// restarted participant means one for each connection. (libcurl 7.88, OpenSSL 3.0, longest single
// curl_multi_perform, 2 CPUs of an AMD EPYC.) On the reactor that would be every order's latency. With the hop
// to this thread, signature and answer read a call costs 1.35 times a bare loop's CPU (bench/participants).
//
// Thread: constructor, start(), stop(), add_metrics() by whoever composes; ask() and withdraw() by one
// other thread or several; status() by any. Deliver is called on the box's own thread and must not block.
//
// Invariants: every call that ask() took and withdraw() did not has exactly one outcome, unless stop() came first: what was cut
// off or never begun has none, as if the process had died. A call is not made twice: another attempt is
// another call.
//
// Bounds: `connections` calls under way; `waiting_bytes` of bodies wait, beyond that ask() says no.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "edge/participants/availability.h"
#include "edge/participants/call.h"
#include "edge/participants/counters.h"
#include "edge/participants/settings.h"
#include "engine/result.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/metrics.h"

namespace participants {

class Transfers;  // transfers.h, which needs libcurl

class Client final : public engine::Participant {
 public:
  using Deliver = std::function<void(Outcome&&)>;

  Client(Settings settings, Deliver deliver);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() override;  // stops at once if nobody has

  /// Or why it cannot: for the person who wrote the configuration. Connects with the first call.
  engine::Result<> start();
  bool ask(Call call) override;
  bool withdraw(std::uint64_t id) override;
  /// Begins no further call, gives those under way `grace` to end, cuts off the rest.
  void stop(engine::Duration grace);

  const std::string& name() const { return settings_.name; }
  struct Status {
    Availability::State state = Availability::State::up;
    engine::Duration since{};   // how long it has been so
    std::size_t waiting = 0;    // calls
    std::size_t under_way = 0;  // calls
  };
  Status status() const;
  /// Before start(); they live as long as the client.
  void add_metrics(runtime::Metrics& metrics) const;

 private:
  using Calls = std::list<Call>;

  void run();
  bool over(engine::Time now);
  void ring();
  void begin_what_may(engine::Time now);
  void end_what_has_ended(engine::Time now);
  void say(const Outcome& outcome, Availability::State before) const;
  std::optional<Call> take_next();
  void publish_status();
  engine::Duration until_next(engine::Time now) const;

  // --- Constant after construction.
  const Settings settings_;
  const Deliver deliver_;
  const runtime::SystemClock clock_;

  // --- The box's thread only.
  Availability availability_;
  Counters counters_;  // read by any

  // --- Shared.
  mutable std::mutex mutex_;
  Calls waiting_;                                             // under mutex_, in the order of ask()
  std::unordered_map<std::uint64_t, Calls::iterator> by_id_;  // under mutex_: of waiting_
  std::size_t waiting_bytes_ = 0;                             // under mutex_
  Status status_;                                             // under mutex_
  bool rung_ = false;                                         // under mutex_: the thread will look
  bool stopping_ = false;                                     // under mutex_
  engine::Time cut_off_at_{};                                 // under mutex_, once stopping
  std::unique_ptr<Transfers>
      transfers_;  // made by start(); after that only wake() is for others than the box's thread
  std::thread thread_;
};

}  // namespace participants
