// One process of the engine, as its supervisor sees it: the very life cycle that edge/app runs, whose questions to
// Redis and the log come in between everything else that happens. It may be told to stop, killed or frozen at any
// step. One that is set up so that it cannot read the log refuses to start, and leaves Redis to the right one.
//
// Invariants it holds the life cycle to, at its end: only one that cannot read the log says that topic and Redis do not
// belong together; one that says "drained" has left nothing unacked or unstored; a drain ends within its deadline, and
// at once when told twice. Once it serves, it lists those that had ended.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/runtime/clock.h"
#include "handlers/life_cycle.h"
#include "tests/sim/audit.h"
#include "tests/sim/engine.h"
#include "tests/sim/fiber.h"
#include "tests/sim/start_neighbours.h"

namespace sim {

class Process final : private handlers::Host {
 public:
  /// Whoever talks to its engines.
  struct Callers {
    std::function<std::size_t(const Engine&)> waiting;
    std::function<void(Engine&)> leaving;  // it is about to go
  };

  struct Setup {
    std::string type_prefix{};
    std::string_view unknown{};  // a kind of event that only newer versions know
  };

  Process(const Ground& ground, Books& books, const runtime::ManualClock& clock, std::string name,
          Setup setup, Callers callers);
  ~Process() override;

  using Phase = handlers::LifeCycle::Phase;
  bool serves() const { return life_.phase() == Phase::serving; }
  bool ended() const { return life_.phase() == Phase::ended; }

  /// One thing happens in it.
  void step();
  /// Everything that can happen without a fault and without time; how much it was.
  int calm_turn();
  /// It does not run for so many steps.
  void freeze(std::uint64_t steps) { frozen_ = steps; }
  /// Somebody sends it a signal.
  void stop() { ++stops_; }
  void thaw() { frozen_ = 0; }
  bool frozen() const { return frozen_ > 0; }
  /// The promises, and that it has not given up without a reason.
  void check();

  /// Once it serves.
  Engine& engine() { return *engine_; }
  bool has_engine() const { return engine_ != nullptr; }
  Audit& audit() { return audit_; }
  /// Something happens on its reactor's thread, which a socket has woken.
  void reactor();

  bool trace = false;

 private:
  // --- handlers::Host
  bool told_to_stop() override;
  void say(Tone tone, std::string_view text, std::initializer_list<Figure> figures) override;
  void reached() override {}
  Result begin() override;
  Result stand_by(const engine::ToldToStop&, const std::function<void(const std::string&)>&) override {
    return {};  // every one takes over
  }
  Result connect(const engine::ToldToStop&) override { return {}; }
  engine::StartStore& store() override { return *start_redis_; }
  engine::StartLog& log() override { return *start_log_; }
  Result serve(const handlers::Opened& opened) override;
  handlers::Partition& partition() override { return *engine_; }
  void served() override {}
  std::optional<engine::Setback> lost_neighbour() override { return std::nullopt; }
  bool store_lost_writes() override { return engine_->redis.lost_writes(); }
  bool store_fenced() override { return engine_->redis.fenced(); }
  int open_requests() override;
  void end_waits() override;
  void close_listener() override {}
  void answer_unknown() override;
  void drop() override;

  void start_on();
  handlers::LifeCycle::Settings life_settings();
  void check_ending() const;
  void check_listing();
  void run_somebody();
  void fetch_requests(int count);
  /// Another engine has replaced it, or so it says.
  bool replaced() const;
  void look_after();
  void note(std::string_view what, int work) const;

  const Ground ground_;
  Books& books_;
  const runtime::ManualClock& clock_;
  const std::string name_;
  const Setup setup_;
  const Callers callers_;
  unsigned openings_ = 0;

  Audit audit_;
  const engine::Duration drain_deadline_;
  unsigned stops_ = 0;  // told, and not yet heard
  bool told_to_stop_once_ = false;
  runtime::Time draining_since_{};
  std::unique_ptr<StartRedis> start_redis_;
  std::unique_ptr<StartLog> start_log_;
  std::unique_ptr<Engine> engine_;
  Worker outside_;  // who is not of the engine
  std::uint64_t frozen_ = 0;
  const Worker* frozen_worker_ = nullptr;
  std::uint64_t worker_frozen_ = 0;
  handlers::LifeCycle life_;
  std::unique_ptr<Fiber> fiber_;  // of the start; last: it ends first
};

}  // namespace sim
