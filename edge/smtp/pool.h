// The mailer: takes mails from notification's thread and delivers them on threads of its own, each with its
// own connection, for a mail costs more than the rest of its order and may take a minute.
//
//   notification ──submit()──▶ queue ──▶ mail-0 … mail-n ──deliver()──▶ server, folder
//        ▲                                   │
//        └──────── inbox: mail_result ◀──────┘
//
// discard: has no threads: the answer goes into the inbox from within submit().
//
// Thread: constructor, start(), stop() by the thread that composes the engine; submit() by notification's.
//
// Invariants: every mail taken off the queue gets exactly one result. A mail that stop() cuts off, or that
// was never begun, gets none: the log still says that it is due, and the next start sends it.
//
// Bounds: as many mails wait as the mail backlog lets be under way.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "edge/smtp/message.h"
#include "edge/smtp/queue.h"
#include "edge/smtp/settings.h"
#include "edge/smtp/transport.h"
#include "engine/orders/inboxes.h"
#include "engine/ports.h"
#include "engine/result.h"
#include "engine/runtime/histogram.h"
#include "engine/runtime/metrics.h"

namespace smtp {

class Pool final : public engine::Mailer {
 public:
  /// How many producers of notification's inbox it will be.
  static std::size_t producers(const Settings& settings);

  Pool(Settings settings, orders::TaskInbox& notification);
  ~Pool() override;  // stops at once if nobody has stopped it

  /// An error is for the person who wrote the configuration. Connects with the first mail.
  engine::Result<> start();
  void submit(const engine::Mail& mail) override;
  /// Begins no further mail, gives those under way `grace` to end, cuts off the rest. Bounded by `grace` and
  /// about a second.
  void stop(engine::Duration grace);

  /// An order's mails as they were sent (mail_list.h); after start(). Thread: any that may read the record.
  std::string mails_of(const tape::Record& record) const;
  /// From any thread: for how long the server has been away; 0: it is there, as far as is known.
  engine::Duration away_for() const;

  /// Before start(); they live as long as the pool.
  void add_metrics(runtime::Metrics& metrics) const;

 private:
  struct Connection;
  void run(Connection& connection);
  void watch(const Delivery& delivery);
  void note(const tape::Record& record, const Delivery& delivery);
  std::optional<edge::Span> begin_span(const engine::Mail& mail) const;
  void end_span(edge::Span span, const Delivery& delivery) const;

  // --- Constant after start().
  const Settings settings_;
  const bool discard_;
  Sender sender_;
  std::vector<std::unique_ptr<Connection>> connections_;

  // --- Shared.
  Queue queue_;
  std::atomic<std::int64_t> away_since_ns_{0};  // of the steady clock; 0: the server is there
  std::atomic<bool> cut_off_{false};
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;  // under mutex_: threads that have not ended
};

}  // namespace smtp
