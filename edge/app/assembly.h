// Everything of the process that is wired together and taken down together: when Redis has lost writes, or
// more orders are under way than were reckoned with, the start procedure begins again with a new one.
//
// Thread: main's; the workers' agents meet each other only through what is wired here.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "edge/app/worker_pool.h"
#include "edge/config/config.h"
#include "edge/exit_code.h"
#include "edge/http/api/random.h"
#include "edge/http/api/server.h"
#include "edge/http/api/settings.h"
#include "edge/kafka/start_log.h"
#include "edge/log.h"
#include "edge/reactor.h"
#include "edge/redis/connection.h"
#include "edge/smtp/pool.h"
#include "engine/desk/desk.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/metrics.h"
#include "handlers/partition.h"

namespace edge {

struct Assembly {
  struct Surroundings {
    const Config& config;
    bool dev = false;
    const runtime::Clock& clock;
    Log& log;
    const redis::Url& redis_url;
    smtp::Settings mail;
    http::Settings http;
    std::size_t brought_along = 0;  // unfinished orders to reckon with
    std::function<http::Readiness()> readiness;
  };

  explicit Assembly(const Surroundings& surroundings);
  ~Assembly() { stop(); }

  /// HTTP answers health, mail and Redis are connected: nothing else runs yet.
  Started start_front();
  void serve();
  /// Whoever waits is told that the outcome is not known, and connections end; bounded.
  void send_away();
  /// The workers end, and what has not left the process does not leave any more.
  void stop();

  std::unique_ptr<engine::Mailer> make_mailer(const Surroundings& surroundings, orders::TaskInbox& results);

  runtime::Metrics metrics;
  Reactor reactor;
  WorkerPool workers;
  http::SystemRandom random;
  redis::Connection redis;
  std::optional<kafka::StartLog> log;
  smtp::Pool* mailer = nullptr;  // of the partition, which owns it
  handlers::Partition partition;
  const http::Settings http_settings;
  http::Server server;
  std::optional<desk::Desk> desk;  // while it serves
};

}  // namespace edge
