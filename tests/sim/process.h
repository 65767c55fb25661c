// One process of the engine, as its supervisor sees it: it starts as edge/app does, its questions to Redis
// and the log in between everything else that happens; serves; begins again in place when Redis has lost
// writes; ends when another engine has replaced it. It may be killed or frozen at any step. One that is set
// up so that it cannot read the log refuses to start, and leaves Redis to the right one.
//
//   starting ─▶ serving ─▶ letting go ─▶ starting …        serving, starting ─▶ ended
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/recovery/replay.h"
#include "engine/runtime/clock.h"
#include "tests/sim/audit.h"
#include "tests/sim/engine.h"
#include "tests/sim/fiber.h"
#include "tests/sim/start_neighbours.h"

namespace sim {

class Process {
 public:
  /// Told of an engine that is about to go.
  using Leaving = std::function<void(Engine&)>;

  struct Setup {
    std::string type_prefix{};
    std::string_view unknown{};  // a kind of event that only newer versions know
  };

  Process(const Ground& ground, Books& books, const runtime::ManualClock& clock, std::string name,
          Setup setup, Leaving leaving);
  ~Process();

  enum class State : std::uint8_t { starting, serving, letting_go, ended };
  State state() const { return state_; }
  bool serves() const { return state_ == State::serving; }

  /// One thing happens in it.
  void step();
  /// Everything that can happen without a fault and without time; how much it was.
  int calm_turn();
  /// It does not run for so many steps.
  void freeze(std::uint64_t steps) { frozen_ = steps; }
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
  void start();
  void let_go();
  void start_up();
  bool fits(const StartRedis::Loaded& stored) const;
  void take_up();
  void run_somebody();
  /// Another engine has replaced it, or so it says.
  bool replaced() const;
  void look_after();
  void note(std::string_view what, int work) const;

  const Ground ground_;
  Books& books_;
  const runtime::ManualClock& clock_;
  const std::string name_;
  const Setup setup_;
  const Leaving leaving_engine_;
  unsigned openings_ = 0;

  State state_ = State::starting;
  Audit audit_;
  std::unique_ptr<StartRedis> start_redis_;
  std::unique_ptr<StartLog> start_log_;
  std::unique_ptr<recovery::Replay> replay_;
  std::int64_t epoch_ = -1;
  std::string opening_id_;
  std::unique_ptr<Engine> engine_;
  Worker outside_;  // who is not of the engine
  std::uint64_t frozen_ = 0, leaving_ = 0;
  const Worker* frozen_worker_ = nullptr;
  std::uint64_t worker_frozen_ = 0;
  std::unique_ptr<Fiber> fiber_;  // last: it ends first
};

}  // namespace sim
