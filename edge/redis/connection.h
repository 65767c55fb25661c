// Redis as the store and the HTTP edge use it: one connection on the reactor, kept up by itself.
//
//   waiting ─▶ resolving ─▶ connecting ─▶ greeting ─▶ ready ──(lost, no answer in time)──▶ waiting
//   backoff    a name only  TCP or unix   AUTH, SELECT, PING
//
// A batch is formatted once and sent again after every reconnect until its outcome is known. It writes
// absolute values under a compare-and-set, so applying it twice does no harm (batch_script.h). What Redis
// says while it cannot serve (LOADING, BUSY, MISCONF, OOM, MASTERDOWN, NOREPLICAS, …) is a state: one log
// line on entry, the batch again after a pause, one line on exit. READONLY is the
// answer of a replica: the name is resolved anew, and the new address connected to.
//
// Thread: the reactor's; construction and start() before the workers run.
// Invariants: one batch on the wire at a time, so what Redis answers is always about the oldest; answers to
// find and find_reference come in the order of the calls, never from within them.
// Bounds: one formatted batch (limits::store_batch_bytes and what escaping adds); as many finds as callers
// have.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/reactor.h"
#include "edge/redis/batch_script.h"
#include "edge/redis/find_script.h"
#include "edge/redis/link.h"
#include "edge/redis/resolver.h"
#include "edge/redis/url.h"
#include "engine/ports.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/timers.h"

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

class Connection final : public engine::Store, private Link::Listener {
 public:
  static constexpr engine::Duration probe_pause = std::chrono::seconds{1};

  Connection(edge::Reactor& reactor, ConnectionOptions options, Log log);

  /// Connects, and from then on stays connected as well as it can.
  void start();
  /// Redis has reached this offset. Called before the worker runs; from then on the connection follows by
  /// itself. Before that, and whenever Redis is behind what it had once reached, a find is answered
  /// `unavailable`, since a "no" might be wrong.
  void stands_at(std::int64_t offset) { reached_ = reaching_ = offset; }
  /// From any thread: whether Redis is behind what it had reached or has lost a part of what it held, and
  /// whether a newer engine has fenced it. Seen by finds, and by a probe every `probe_pause` and after every
  /// connect, so that an engine with nothing to do notices too.
  bool lost_writes() const { return lost_.load(std::memory_order_relaxed); }
  bool fenced() const { return fenced_.load(std::memory_order_relaxed); }

  bool submit(const Batch& batch) override;
  std::optional<Applied> result() override;
  void find(const saga::OrderId& id, DocumentListener& listener) override;
  void find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                      DocumentListener& listener) override;
  void forget(DocumentListener& listener) override;
  bool connected() const override { return state_ == State::ready; }

  void list(runtime::Metrics& metrics) const;
  /// For how long it has not been connected; 0: it is.
  engine::Duration away_for() const {
    return state_ == State::ready ? engine::Duration{} : reactor_.now() - lost_at_;
  }

 private:
  enum class State : std::uint8_t { waiting, resolving, connecting, greeting, ready };
  enum class Sent : std::uint8_t { greeting, watch, check, queue, exec, find, reference, probe };
  /// What a reply will be about. Of queue: so many replies; of find: one, about so many orders.
  struct Awaited {
    Sent what;
    std::size_t count;
  };
  enum class Pending : std::uint8_t { none, to_send, sent, known };  // the batch

  class Alarm final : public runtime::Timer {
   public:
    Alarm(Connection& owner, void (Connection::*then)()) : owner_(owner), then_(then) {}
    void fire(engine::Time) override { (owner_.*then_)(); }

   private:
    Connection& owner_;
    void (Connection::*then_)();
  };

  // Link::Listener
  void opened() override;
  void sending() override;
  void replied(const Link::Reply& reply) override;
  void closed(std::string_view why) override;

  // Getting there.
  void proceed();  // when alarm_ rings: what the state was waiting for has come, or has not in time
  void resolve();
  void open();
  void greeted(const Link::Reply& reply);
  void become_ready();
  void lose(std::string_view why);

  // Being there.
  void expect(Sent what, std::size_t count = 1);
  void send_batch();
  void answer_check(const Link::Reply& reply);
  void write_batch();
  void answer_exec(const Link::Reply& reply);
  void settle_batch(Applied outcome);
  void refuse_batch(std::string_view error);
  void answer_finds(const Link::Reply& reply, std::size_t count);
  void answer_find(const Link::Reply& reply);
  void note_losses(const Link::Reply& reply, bool stands);
  void ask();
  bool ready_for(DocumentListener& listener);
  void probe();
  void fail_finds();
  void log(const std::string& line) const;

  edge::Reactor& reactor_;
  const ConnectionOptions options_;
  const Log log_;
  Resolver resolver_;
  Link link_;

  State state_ = State::waiting;
  std::atomic<bool> ready_{false};      // state_ for other threads: a moment old is fine for a gauge
  std::vector<std::string> addresses_;  // not tried yet; the last is next
  std::deque<Awaited> sent_;
  engine::Time heard_at_{};  // when alarm_ was armed last, while something is awaited
  Alarm alarm_{*this, &Connection::proceed};
  engine::Duration backoff_;
  engine::Time lost_at_{};  // or begun
  bool lost_logged_ = false;

  Pending pending_ = Pending::none;
  BatchCommands batch_;
  std::string error_;  // the first that Redis gave to a command of the batch; empty: none
  Applied outcome_ = Applied::applied;
  Alarm resend_{*this, &Connection::send_batch};
  engine::Duration resend_pause_;
  engine::Time refused_at_{};
  bool refused_logged_ = false;

  std::int64_t reached_ = INT64_MAX;               // by the batches applied
  std::int64_t reaching_ = INT64_MAX;              // by the pending batch
  std::atomic<bool> lost_{false}, fenced_{false};  // relaxed: read by whoever looks now and then
  struct Find {
    DocumentListener* listener;  // nullptr: forgotten
    saga::OrderId id;            // of an order's
    bool stands;                 // it was known what Redis had reached
  };
  std::deque<Find> finds_;                     // in the order of the calls: on the wire, then to be asked for
  std::size_t asked_ = 0;                      // of them on the wire
  std::deque<DocumentListener*> unavailable_;  // to be told so in the next turn
  Alarm failing_{*this, &Connection::fail_finds};
  Alarm probing_{*this, &Connection::probe};

  std::string command_;
  std::vector<saga::OrderId> ids_;  // asked for together
  runtime::Counter bytes_, resends_, losses_;
};

}  // namespace redis
