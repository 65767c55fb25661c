// A world under a virtual clock, on one thread: neighbours that last (the partition, Redis, the mailbox, the
// clients), one engine that may be dropped and built again on them, and the audit that watches. Who runs next
// is drawn from the seed.
//
//   clients ─▶ engine ─▶ virtual log ─▶ partition ┐
//                  ├──▶ virtual store ─▶ Redis ───┼─▶ audit (the naive model)
//                  └──▶ virtual mailer ─▶ mailbox ┘
#pragma once

#include <memory>
#include <string>

#include "engine/runtime/clock.h"
#include "tests/sim/audit.h"
#include "tests/sim/clients.h"
#include "tests/sim/engine.h"

namespace sim {

class World {
 public:
  static constexpr std::int64_t epoch = 41;  // of the first engine

  World(std::uint64_t seed, const Settings& settings);
  ~World();

  /// The engine's memory is gone. What it had sent and Kafka had not yet written never comes.
  void drop_engine();
  /// A new engine opens the log and goes on from what Redis holds: all orders there have ended.
  void start_engine();
  Engine& engine() { return *engine_; }

  /// One request arrives, about one of so many orders.
  void ask(unsigned orders);
  /// One thing happens; sometimes time passes.
  void step();
  /// No faults, no clients: until nothing moves and nothing is due any more.
  void come_to_rest();
  /// Another engine opens the log.
  void replace_engine();
  bool replaced() const { return replaced_; }
  /// Nobody waits for anything, so that an engine could be stopped.
  bool idle() const;
  /// Whether there are orders that have not ended, in memory or only in Redis.
  bool unfinished() const { return engine_->orders.counts().live + engine_->mail_backlog.size() > 0; }

  // --- For tests that place by hand.
  tape::Record* place(const saga::Order& draft);
  /// Without neighbours: every agent in turn until none has work. What has run ahead.
  void run_engine_only();

  const Settings settings;
  Random random;
  Faults faults{random};
  runtime::ManualClock clock;
  Partition partition{epoch};
  Redis redis{{.offset = epoch, .epoch = epoch, .seq = 0}};
  Mailbox mailbox;
  Audit audit;
  Clients clients;
  bool providers_away = false;
  bool trace = false;
  std::uint64_t steps = 0;

 private:
  int calm_turn();
  void run_somebody();
  void check();
  void outside();
  void reactor();
  void note(std::string_view what, int work);

  std::unique_ptr<Engine> engine_;
  Worker outside_;  // who is not of the engine
  unsigned engines_ = 0;
  const Worker* frozen_ = nullptr;
  std::uint64_t frozen_until_ = 0, away_until_ = 0;  // a step
  bool replaced_ = false;
};

}  // namespace sim
