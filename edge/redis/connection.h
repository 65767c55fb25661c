// Redis as the store and the HTTP edge use it: one connection on the reactor, kept up by itself.
//
//   waiting ─▶ resolving ─▶ connecting ─▶ greeting ─▶ ready ──(lost, no answer in time)──▶ waiting
//   backoff    a name only  TCP or unix   AUTH, SELECT, SCRIPT LOAD
//
// The unacknowledged batch is formatted once and sent again after every reconnect until its outcome is known:
// it is absolute values under a compare-and-set, so twice is as good as once (batch_script.h). What Redis
// says while it cannot serve (LOADING, BUSY, MISCONF, OOM, MASTERDOWN, NOREPLICAS, …) is a state: one log
// line on entry, the batch again after a pause, one line on exit. NOSCRIPT loads the script. READONLY is
// another server's answer than ours: the name is resolved and connected anew.
//
// Thread: the reactor's; construction and start() before the workers run.
// Invariants: one batch on the wire at a time, so what Redis answers is always about the oldest; answers to
// find come in the order of the calls, never from within find(). Bounds: one formatted batch
// (limits::store_batch_bytes and what escaping adds); as many finds as callers have.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/reactor.h"
#include "edge/redis/url.h"
#include "engine/ports.h"
#include "engine/runtime/metrics.h"

namespace redis {

using Log = std::function<void(std::string_view line)>;

struct ConnectionOptions {
  Url url;
  engine::Duration keep;  // how long Redis keeps a finished order
  engine::Duration connect_timeout = std::chrono::seconds{2};
  engine::Duration reply_timeout = std::chrono::seconds{10};
  engine::Duration backoff = std::chrono::milliseconds{20};
  engine::Duration backoff_max = std::chrono::seconds{1};
};

class Connection final : public engine::Store {
 public:
  Connection(edge::Reactor& reactor, ConnectionOptions options, Log log);
  ~Connection() override;

  /// Connects, and from then on stays connected as well as it can.
  void start();

  bool submit(const Batch& batch) override;
  std::optional<Applied> result() override;
  void find(const saga::OrderId& id, Reader& reader) override;
  void forget(Reader& reader) override;
  bool connected() const override;

  void list(runtime::Metrics& metrics) const;

 private:
  class Machine;  // knows hiredis
  std::unique_ptr<Machine> machine_;
};

}  // namespace redis
