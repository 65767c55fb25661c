// The composition: owns everything, as members in the order in which it is started. Only this and main.cc see
// all boxes.
//
//   neighbours (embedded ones first) ─▶ front: HTTP answers health ─▶ Redis: checkpoint ─▶ Kafka:
//   EpochStarted, epoch ─▶ fence into Redis ─▶ workers ─▶ intake open ─▶ … ─▶ signal ─▶ intake closed, at
//   rest ─▶ workers stopped
//
// Thread: main's. The workers' agents meet each other only through what was wired here.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "edge/app/exit_code.h"
#include "edge/app/pipeline.h"
#include "edge/app/worker_pool.h"
#include "edge/config/config.h"
#include "edge/http/random.h"
#include "edge/http/server.h"
#include "edge/http/settings.h"
#include "edge/kafka/mock_cluster.h"
#include "edge/kafka/opening.h"
#include "edge/kafka/producer.h"
#include "edge/log.h"
#include "edge/reactor.h"
#include "edge/redis/connection.h"
#include "edge/redis/embedded_server.h"
#include "edge/redis/start.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/metrics.h"

namespace edge {

class App {
 public:
  /// `data`: the folder that --dev leaves its mails in; empty without --dev.
  App(const Config& config, std::string data, Log& log);
  ~App();

  /// Serves until told to stop by SIGTERM or SIGINT, which the caller has blocked in all threads.
  ExitCode run();

 private:
  /// Why the start went no further.
  struct Refusal {
    ExitCode code;
    std::string text;
  };
  using Started = std::optional<Refusal>;  // nothing: go on

  Started start_embedded();
  Started start_front();
  Started open_log();
  void serve();
  void print_banner() const;
  ExitCode wait();
  ExitCode drain();
  ExitCode fail(ExitCode code, std::string_view why);
  void stop();

  enum class Stage : std::uint8_t { starting, reading_redis, opening_log, serving, draining, failed };
  http::Readiness readiness() const;

  // --- Constant after construction.
  const Config& config_;
  const bool dev_;
  const std::string data_;
  Log& log_;
  const runtime::SystemClock clock_;
  const std::string engine_id_;

  // --- Neighbours that --dev brings along.
  redis::EmbeddedServer embedded_redis_;
  kafka::MockCluster mock_cluster_;
  redis::Url redis_url_;
  kafka::Settings kafka_settings_;
  kafka::CloudEvents events_;

  // --- The process.
  std::atomic<Stage> stage_{Stage::starting};
  std::int64_t epoch_ = -1;
  runtime::Metrics metrics_;
  Reactor reactor_;
  WorkerPool workers_;
  http::SystemRandom random_;
  std::optional<redis::Connection> redis_;
  std::optional<kafka::Producer> producer_;
  std::optional<Pipeline> pipeline_;
  std::optional<http::Settings> http_settings_;
  std::optional<http::Server> server_;
};

}  // namespace edge
