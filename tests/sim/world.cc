#include "tests/sim/world.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tests/sim/violation.h"

namespace sim {
namespace {

using namespace std::chrono_literals;

// Generous: a world that has not come to rest by then never does.
constexpr int turns_to_rest_max = 200'000;
constexpr engine::Duration time_to_rest_max = 1h;
constexpr std::size_t processes_max = 3, snapshots_max = 4;

}  // namespace

World::World(std::uint64_t seed, const Settings& the_settings) : settings(the_settings), random(seed) {
  redis.watcher = &books;
  Process& first = start_process();
  while (!first.serves()) first.step();
  clients.talk_to(first.engine(), first.audit());
}

World::~World() = default;

void World::trace(bool on) {
  trace_ = clients.trace = books.trace = on;
  for (auto& process : processes_) process->trace = process->audit().trace = on;
}

Process& World::start_process(Process::Setup setup) {
  const Ground ground{settings, partition, requests(), stragglers, redis,
                      mailbox,  effects,   faults,     random,     providers_away};
  Process& process = *processes_.emplace_back(std::make_unique<Process>(
      ground, books, clock, "engine-" + std::to_string(++started_), std::move(setup),
      Process::Callers{.waiting = [this](const Engine& engine) { return clients.waiting(engine); },
                       .leaving =
                           [this](Engine& engine) {
                             clients.lost(engine);
                             count(engine, gone_);
                           }}));
  process.trace = process.audit().trace = trace_;
  return process;
}

void World::count(const Engine& engine, Totals& totals) {
  ++totals.engines;
  totals.read_backs += static_cast<std::uint64_t>(engine.log.read_backs());
  totals.reopenings += engine.journal.reopenings().value();
  for (std::size_t i = 0; i < saga::handlers; ++i)
    totals.attempts += engine.stages.stage(i).retries().value();
  for (std::size_t i = 0; engine.requests && i < totals.requests.size(); ++i)
    totals.requests[i] += engine.requests->counter(static_cast<orders::Requests::Outcome>(i)).value();
}

World::Totals World::totals() {
  Totals all = gone_;
  for (auto& process : processes_) {
    if (process->has_engine()) count(process->engine(), all);
  }
  return all;
}

Process& World::serving() {
  Process* newest = nullptr;
  for (auto& process : processes_) {
    if (process->serves() &&
        (newest == nullptr || process->engine().log.epoch() > newest->engine().log.epoch()))
      newest = process.get();
  }
  require(newest != nullptr, "no engine serves");
  return *newest;
}

tape::Record* World::place(const saga::Order& draft) {
  Process& process = serving();
  process.reactor();
  tape::Record* const record = process.engine().orders.admit(draft).record;
  if (record == nullptr) return nullptr;
  process.engine().dispatch.arrive(*record);
  process.engine().dispatch.hand_over();
  return record;
}

void World::ask(unsigned orders) {
  Process& process = *processes_[random.below(processes_.size())];
  if (process.frozen() || !process.has_engine() || process.ended()) return;
  clients.talk_to(process.engine(), process.audit());
  process.reactor();
  if (!settings.outside.any() || !random.chance(0.1)) return clients.ask(orders);
  callbacks.speak(process.engine());
}

void World::step() {
  ++steps;
  misfortunes();
  providers_away = steps < away_until_;
  if (settings.by_topic.any() && random.below(15) == 0) {
    service.turn();
    return check();
  }
  const std::uint64_t dice = random.below(100);
  if (dice < 5) {
    const bool jump = faults.strikes(Fault::clock_jump);
    clock.advance(jump ? 1ms * random.between(500, 4000) : 1us * random.between(50, 60'000));
    if (faults.strikes(Fault::wall_set)) clock.step_wall(1s * random.between(0, 7200) - 1h);
    for (auto& process : processes_) {
      if (process->has_engine()) process->reactor();
    }
  } else if (dice == 5) {
    if (random.chance(0.3)) stragglers.turn(partition, random);
    if (random.chance(0.3)) redis.turn(random);
    effects.turn(faults);
  } else {
    processes_[random.below(processes_.size())]->step();
  }
  check();
}

/// What happens to whole processes, and to Redis.
void World::misfortunes() {
  const auto any = [this]() -> std::unique_ptr<Process>& {
    return processes_[random.below(processes_.size())];
  };
  std::erase_if(processes_, [](auto& process) { return process->ended(); });
  if (processes_.empty()) start_process();
  if (random.below(200) != 0) return;
  if (faults.strikes(Fault::provider_away)) away_until_ = steps + random.between(20, 600);
  if (faults.strikes(Fault::engine_frozen))
    any()->freeze(random.between(20, random.one_of<std::uint64_t>({100, 3000})));
  if (faults.strikes(Fault::engine_stopped)) any()->stop();
  if (faults.strikes(Fault::engine_stopped_twice)) {
    Process& process = *any();
    process.stop();
    process.stop();
  }
  if (faults.strikes(Fault::engine_killed)) {
    auto& victim = any();
    if (trace_) std::printf("killed\n");
    std::swap(victim, processes_.back());
    processes_.pop_back();
  }
  if (processes_.empty() ||
      (processes_.size() < processes_max && faults.strikes(Fault::engine_started_beside)))
    start_process();
  if (processes_.size() < processes_max) start_blind();
  if (faults.strikes(Fault::redis_wiped)) set_redis_back({});
  if (!snapshots_.empty() && faults.strikes(Fault::redis_set_back))
    set_redis_back(snapshots_[random.below(snapshots_.size())]);
  lose_parts_of_redis();
  if (snapshots_.size() < snapshots_max) {
    snapshots_.push_back(redis);
  } else {
    snapshots_[random.below(snapshots_.size())] = redis;
  }
}

void World::lose_parts_of_redis() {
  for (std::size_t part = 0; part < parts; ++part) {
    const auto kind = static_cast<Fault>(static_cast<std::size_t>(Fault::redis_live_set_lost) + part);
    if (!faults.strikes(kind)) continue;
    const bool lost = redis.lose(static_cast<Part>(part), random);
    if (trace_ && lost) std::printf("%s\n", fault_names[static_cast<std::size_t>(kind)]);
  }
}

/// Somebody starts one that cannot read the log, or not all of it. With another prefix it can go on where
/// there is no event yet, and that would be right.
void World::start_blind() {
  if (books.log.applied > 0 && faults.strikes(Fault::other_prefix_started)) {
    start_process({.type_prefix = "other."});
  } else if (faults.strikes(Fault::older_version_started)) {
    start_process({.unknown = random.one_of<std::string_view>(
                       {"OrderPlaced", "OrderCancelRequested", "PaymentRefunded", "NotificationSent"})});
  }
}

void World::set_redis_back(const RedisState& state) {
  if (trace_) std::printf("Redis is back at offset %ld\n", static_cast<long>(state.checkpoint.offset));
  static_cast<RedisState&>(redis) = state;
  books.set_back(state.checkpoint);
}

void World::check() {
  books.read_log();
  for (auto& process : processes_) process->check();
}

/// A newer engine has been there and has ended. One that has nothing to append learns of it from the fence in Redis
/// alone, and Redis was set back to before that; its next order would tell it.
bool World::overtaken() {
  books.read_log();
  return books.was_set_back() && serving().engine().log.epoch() < books.log.epoch;
}

/// Everybody runs again, and all that was still on its way has come or never will. The supervisor lets one
/// process go on: the newest that serves. The others have noticed, or have said nothing since.
void World::calm_down() {
  stragglers.cut();
  redis.late.clear();
  effects.cut();
  // That a document is gone whose order is in memory, only the next start sees.
  if (redis.lacks_document()) processes_.clear();
  if (processes_.empty()) start_process();
  for (auto& process : processes_) process->thaw();
  const auto open = [this](auto& process) {
    if (!process->serves()) return true;
    const tape::Tape& tape = process->engine().tape;
    return process.get() != &serving() && tape.acked.read() != tape.produced.read();
  };
  for (int turn = 0;; ++turn) {
    require(turn < turns_to_rest_max, "a process that was replaced goes on, or a start does not end");
    int work = 0;
    for (auto& process : processes_) work += process->calm_turn();
    std::erase_if(processes_, [](auto& process) { return process->ended(); });
    if (processes_.empty()) start_process();
    if (work > 0) continue;
    if (std::none_of(processes_.begin(), processes_.end(), open)) {
      if (!overtaken()) break;
      start_process();
    }
    clock.advance(1ms);
  }
  Process& newest = serving();
  std::erase_if(processes_, [&](auto& process) { return process.get() != &newest; });
  clients.talk_to(newest.engine(), newest.audit());
}

int World::calm_turn() {
  ++steps;
  serving().reactor();
  return service.turn_calmly() + serving().calm_turn();
}

void World::come_to_rest() {
  calm_down();
  const runtime::Time end = clock.now() + time_to_rest_max;
  for (int turn = 0; turn < turns_to_rest_max; ++turn) {
    const int work = calm_turn();
    check();
    if (!processes_.front()->serves()) calm_down();  // Redis had lost writes
    if (work > 0) continue;
    runtime::Time next = runtime::Time::never();
    for (const Worker* worker : engine().workers) next = std::min(next, worker->next_deadline());
    if (next == runtime::Time::never() && clients.waiting() == 0) return;
    if (next == runtime::Time::never()) next = clock.now() + 1s;  // a client's deadline
    require(next < end, "it does not come to rest: something is always tried once more");
    clock.set(std::max(next, clock.now() + 1ms));
  }
  throw Violation("it does not come to rest: it never stops working");
}

void World::run_engine_only() {
  for (int work = 1; work > 0;) {
    work = 0;
    for (runtime::Agent* agent : engine().agents) work += agent->do_work(clock.now());
  }
  check();
}

}  // namespace sim
