// The composition: owns everything, as members in the order in which it is started. Only this and main.cc see
// all boxes.
//
//   neighbours (embedded ones first) ─▶ front: HTTP answers health ─▶ standby while another engine owns the
//   topic ─▶ Redis: checkpoint ─▶ Kafka: EpochStarted, epoch ─▶ fence into Redis ─▶ load, fold ─▶ workers ─▶
//   intake open ─▶ … ─▶ signal ─▶ intake closed, at rest ─▶ workers stopped
//                 └── Redis has lost writes ─▶ what can be acked and answered is ─▶ front again
//
// Thread: main's. The workers' agents meet each other only through what was wired here.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "edge/app/assembly.h"
#include "edge/config/config.h"
#include "edge/exit_code.h"
#include "edge/kafka/mock_cluster.h"
#include "edge/kafka/opening.h"
#include "edge/kafka/tail.h"
#include "edge/kafka/topic_watch.h"
#include "edge/log.h"
#include "edge/redis/embedded_server.h"
#include "edge/redis/lease.h"
#include "edge/redis/start.h"
#include "engine/recovery/replay.h"
#include "engine/runtime/clock.h"

namespace edge {

class App {
 public:
  /// `data`: the folder that --dev leaves its mails in; empty without --dev. `takeover`: does not wait as a
  /// standby.
  App(const Config& config, std::string data, bool takeover, Log& log);
  ~App();

  /// Serves until told to stop by SIGTERM or SIGINT, which the caller has blocked in all threads.
  ExitCode run();

 private:
  Started start_embedded();
  // The start procedure, in its order (start.cc).
  Started start();
  Started stand_by(bool seize);
  Started open_log(const engine::LogBegin& begin, const std::string& opening_id);
  void read_up_to(tape::Offset offset);
  Started replay(recovery::Replay& replay);
  Started take_up(redis::Start& redis, const std::string& opening_id);

  /// Told to stop, within `wait` or before: whatever starts gives up then. Asked a few times a second in all
  /// stages, so this is where the wall clock is looked at, too.
  bool stopping(std::chrono::milliseconds wait = {});
  Refusal stopped_while_starting() const;

  void serve();
  void print_banner() const;
  /// Nothing: Redis has lost writes, and the start begins again.
  std::optional<ExitCode> wait();
  /// Journal, store or the Redis of --dev have stopped for good: why.
  Started stopped();
  Started embedded_redis_gone();
  ExitCode drain();
  void let_go();
  ExitCode fail(ExitCode code, std::string_view why);

  enum class Stage : std::uint8_t {
    starting,
    standby,
    reading_redis,
    opening_log,
    replaying,
    serving,
    draining,
    failed
  };
  void reach(Stage stage);
  http::Readiness readiness() const;

  // --- Constant after construction.
  const Config& config_;
  const bool dev_;
  const std::string data_;
  const bool takeover_;
  Log& log_;
  runtime::SystemClock clock_;
  const std::string engine_id_;

  // --- Neighbours that --dev brings along.
  redis::EmbeddedServer embedded_redis_;
  kafka::MockCluster mock_cluster_;
  redis::Url redis_url_;
  kafka::Settings kafka_settings_;
  kafka::TopicWatch topic_watch_;
  codec::CloudEvents events_;

  // --- The process.
  std::atomic<Stage> stage_{Stage::starting};
  std::atomic<tape::Offset> offset_{-1};  // read so far: relaxed, a figure to show
  std::atomic<std::int64_t> epoch_{-1};   // written by main's thread; shown by others
  engine::Time progress_told_at_{};
  bool stopping_ = false;
  bool has_served_ = false;
  std::uint16_t port_ = 0;         // once it listens; 0: as the settings say
  std::size_t brought_along_ = 0;  // unfinished orders that the log has turned out to have
  std::optional<Assembly> assembly_;
  std::optional<redis::Lease> owner_;
  mutable std::mutex owned_by_mutex_;  // the reactor answers /readyz while main's waits
  std::string owned_by_;
};

}  // namespace edge
