// What the process wires together: the front, which is there as long as the process, and behind it the engine of one
// start. When Redis has lost writes the start begins again with a new one; the front stays, and no connection is
// refused meanwhile.
//
//   front    WorkerPool ── runs ──▶ Reactor ◀── sockets ── http::Server        as long as the process
//               │ runs                 ▲ socket               ▲ attach, detach           and traces::Exporter
//               ▼                      │                      ▼
//   engine   Partition ─────────▶ redis::Connection ◀──── desk::Desk           from begin() to drop(); the
//               ├─▶ kafka::StartLog                       of the partition     partition, its mailer and the
//               ├─▶ smtp::Pool or participants::MailCaller                     desk from serve()
//               └─▶ participants::HttpParticipant, each of whose work is done outside
//
// Thread: main's. The workers' agents meet each other only through what is wired here: nothing is made or taken down
// while they run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/app/order_log.h"
#include "edge/app/supervisor.h"
#include "edge/app/worker_pool.h"
#include "edge/config/config.h"
#include "edge/http/api/random.h"
#include "edge/http/api/server.h"
#include "edge/http/api/settings.h"
#include "edge/kafka/request_reader.h"
#include "edge/kafka/start_log.h"
#include "edge/log.h"
#include "edge/participants/client.h"
#include "edge/reactor.h"
#include "edge/redis/connection.h"
#include "edge/smtp/pool.h"
#include "edge/traces/exporter.h"
#include "edge/traces/order_spans.h"
#include "engine/desk/desk.h"
#include "engine/result.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/metrics.h"
#include "handlers/partition.h"

namespace edge {

class Assembly {
 public:
  struct Dependencies {
    const Config& config;
    bool dev = false;
    const runtime::Clock& clock;
    Log& log;
    const Supervisor& supervisor;
    const redis::Url& redis_url;
    const kafka::Settings& kafka;
    const codec::CloudEvents& events;
    std::string engine_id;
    smtp::Settings mail;
    http::Settings http;
    std::function<http::Readiness()> readiness;
  };

  explicit Assembly(Dependencies dependencies);
  ~Assembly() { stop(); }

  /// HTTP listens; an error says why not.
  engine::Result<> start_front();
  /// HTTP answers health, Redis is being connected: nothing else of the next engine is there yet.
  void begin();
  /// The partition is there, and its agents run; the intake is closed. An error is about the mailer's settings.
  engine::Result<> serve(const handlers::Opened& opened);
  /// The engine's workers end, and it goes; what has not left the process does not leave any more.
  void drop();
  void stop();

  http::Server& server() { return server_; }
  // --- Between begin() and drop().
  const redis::Connection& redis() const { return *redis_; }
  struct Away {
    std::string participant;
    engine::Duration since{};
  };
  /// Participants that do not answer.
  std::vector<Away> away() const;
  kafka::StartLog& log() { return *log_; }
  handlers::Partition& partition() { return *partition_; }

 private:
  std::unique_ptr<engine::Mailer> make_mail_pool(orders::TaskInbox& results);
  std::unique_ptr<engine::Mailer> make_mail_caller(orders::TaskInbox& results);
  participants::Settings called(saga::HandlerId handler);
  std::function<std::string(const tape::Record&)> mails_of() const;
  void list_away();
  void stop_calls();
  engine::RequestLog* listen_to_topic();

  const Dependencies with_;
  runtime::Metrics metrics_;
  Reactor reactor_;
  WorkerPool workers_;
  http::SystemRandom random_;
  http::Server server_;
  Heartbeat heartbeat_;
  std::optional<traces::Exporter> spans_;  // if traces go anywhere

  // --- Of one engine, in the order in which it is made.
  std::optional<runtime::Metrics> engine_metrics_;
  std::optional<redis::Connection> redis_;
  std::optional<kafka::StartLog> log_;
  std::optional<kafka::RequestReader> requests_;  // if anything is done by topic
  // Of the partition, which owns them.
  smtp::Pool* mailer_ = nullptr;  // null: a participant sends the mails
  std::vector<participants::Client*> participants_;
  std::optional<handlers::Partition> partition_;
  std::optional<OrderLog> order_log_;
  std::optional<traces::OrderSpans> order_spans_;
  std::optional<desk::Desk> desk_;
};

}  // namespace edge
