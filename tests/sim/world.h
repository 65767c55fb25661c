// A world under a virtual clock, on one thread: neighbours that last (the partition, Redis, the mailbox, the
// clients), processes of the engine that come and go, and the books of what must be true. Who runs next is
// drawn from the seed.
//
//   clients ─▶ processes ─▶ virtual log ─▶ partition ┐
//                  ├──▶ virtual store ─▶ Redis ──────┼─▶ books, audits (the naive model)
//                  └──▶ virtual mailer ─▶ mailbox    ┘
//   partition ─▶ virtual service ─▶ topic of requests ─▶ processes
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/clock.h"
#include "tests/sim/books.h"
#include "tests/sim/callbacks.h"
#include "tests/sim/process.h"
#include "tests/sim/stragglers.h"
#include "tests/sim/virtual_service.h"

namespace sim {

class World {
 public:
  static constexpr std::int64_t epoch = 41;  // of the first engine

  /// One engine serves.
  World(std::uint64_t seed, const Settings& settings);
  ~World();

  /// Of the process that serves; of several, of the newest.
  Engine& engine() { return serving().engine(); }

  /// One request arrives, if somebody serves, about one of so many orders.
  void ask(unsigned orders);
  /// One thing happens; sometimes time passes.
  void step();
  /// No faults, no clients: until nothing moves and nothing is due any more. One process is left, the newest.
  void come_to_rest();
  /// Whether there are orders that have not ended, in memory or only in Redis.
  bool unfinished() { return engine().orders.counts().live + engine().mail_backlog.size() > 0; }

  // --- For tests that place by hand.
  tape::Record* place(const saga::Order& draft);
  /// Without neighbours: every agent in turn until none has work. What has run ahead.
  void run_engine_only();

  const Settings settings;
  Random random;
  Faults faults{random};
  runtime::ManualClock clock;
  Partition partition{epoch};
  Partition request_topic{7};  // the first of it were trimmed
  Partition& requests() { return settings.requests_beside_events ? partition : request_topic; }
  Stragglers stragglers;
  Redis redis;
  Mailbox mailbox;
  Effects effects{random};
  Books books{partition, Model{settings.untracked == handlers::Untracked::accept, settings.outside}};
  Clients clients{books, random, clock};
  Callbacks callbacks{clients, effects, faults, random};
  bool providers_away = false;
  VirtualService service{books,  requests(), effects,       mailbox, settings.by_topic,
                         faults, random,     providers_away};
  std::uint64_t steps = 0;

  struct Totals {
    std::uint64_t engines = 0, read_backs = 0, reopenings = 0, attempts = 0;
    std::array<std::uint64_t, orders::Requests::outcomes> requests{};  // off the topic
  };
  /// Of all engines so far.
  Totals totals();
  void trace(bool on);

 private:
  Process& start_process(Process::Setup setup = {});
  void start_blind();
  Process& serving();
  void calm_down();
  bool overtaken();
  int calm_turn();
  void misfortunes();
  void lose_parts_of_redis();
  void set_redis_back(const RedisState& state);
  static void count(const Engine& engine, Totals& totals);
  void check();

  bool trace_ = false;
  Totals gone_;
  unsigned started_ = 0;
  std::uint64_t away_until_ = 0;       // a step
  std::vector<RedisState> snapshots_;  // of Redis
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace sim
