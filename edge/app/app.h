// The process: embeds the life of an engine (handlers/life_cycle.h) in real neighbours, as its host. Owns everything,
// as members in the order in which it is started.
//
//   embedded neighbours ─▶ life cycle, turn after turn until it ends ─▶ exit code
//   (--dev)                    ▲                    │ asks its host, this:
//                              │                    ├─▶ stand_by ─▶ redis::Lease
//               signals, the wall clock             ├─▶ connect ──▶ redis::Start
//                                                   └─▶ begin, serve, drop ─▶ Assembly
//
// Thread: main's. The workers' agents meet each other only through what the assembly wires.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "edge/app/assembly.h"
#include "edge/app/supervisor.h"
#include "edge/config/config.h"
#include "edge/exit_code.h"
#include "edge/kafka/mock_cluster.h"
#include "edge/kafka/topic_watch.h"
#include "edge/log.h"
#include "edge/redis/embedded_server.h"
#include "edge/redis/lease.h"
#include "edge/redis/start.h"
#include "engine/runtime/clock.h"
#include "handlers/life_cycle.h"

namespace edge {

class App final : private handlers::Host {
 public:
  /// `data`: the folder that --dev leaves its mails in; empty without --dev. `takeover`: does not wait as a
  /// standby.
  App(const Config& config, std::string data, bool takeover, Log& log);
  ~App() override;

  /// Serves until told to stop by SIGTERM, SIGINT or SIGHUP, which the caller has blocked in all threads.
  ExitCode run();

 private:
  using ToldToStop = engine::ToldToStop;
  using Owner = std::function<void(const std::string& owner)>;

  // --- handlers::Host
  bool told_to_stop() override;
  void say(Tone tone, std::string_view text, std::initializer_list<Figure> figures) override;
  void reached() override {}
  Result begin() override;
  Result stand_by(const ToldToStop& told_to_stop, const Owner& behind) override;  // standby.cc
  Result connect(const ToldToStop& told_to_stop) override;
  engine::StartStore& store() override { return *start_redis_; }
  engine::StartLog& log() override { return assembly_->log(); }
  Result serve(const handlers::Opened& opened) override;
  handlers::Partition& partition() override { return assembly_->partition(); }
  void served() override;
  std::optional<engine::Setback> lost_neighbour() override;
  bool store_lost_writes() override { return assembly_->redis().lost_writes(); }
  bool store_fenced() override { return assembly_->redis().fenced(); }
  int open_requests() override { return assembly_ ? assembly_->server().open_requests() : 0; }
  void end_waits() override { assembly_->server().end_waits(); }
  void close_listener() override;
  void answer_unknown() override;
  void drop() override { assembly_->drop(); }

  Result start_embedded();
  Result connect_redis(redis::Start& redis, const ToldToStop& told_to_stop) const;
  handlers::LifeCycle::Settings life_settings() const;
  void tell_banner();
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
  Supervisor supervisor_;
  handlers::LifeCycle life_;
  bool signalled_ = false;  // and not yet heard
  bool told_banner_ = false;
  std::optional<redis::Start> start_redis_;
  std::optional<Assembly> assembly_;
  std::optional<redis::Lease> owner_;
};

}  // namespace edge
