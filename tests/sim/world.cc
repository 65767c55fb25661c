#include "tests/sim/world.h"

#include <algorithm>
#include <cstdio>

#include "tests/sim/violation.h"

namespace sim {
namespace {

using namespace std::chrono_literals;

// Generous: a world that has not come to rest by then never does.
constexpr int turns_to_rest_max = 200'000;
constexpr engine::Duration time_to_rest_max = 1h;

}  // namespace

World::World(std::uint64_t seed, const Settings& the_settings)
    : settings(the_settings), random(seed), audit(partition, settings), clients(audit, random, clock) {
  redis.watcher = &audit;
  start_engine();
}

World::~World() = default;

void World::start_engine() {
  const kafka::CloudEvents events{{}};
  const std::string opening_id = "opening-" + std::to_string(++engines_);
  std::string text;
  events.render(text, {.opening_id = opening_id, .engine_id = "sim", .checkpoint = {}, .at = clock.now()});
  const std::int64_t opened = partition.append("", text);
  engine_ = std::make_unique<Engine>(settings, partition, redis, mailbox, audit, providers_away, faults,
                                     random, opened, opening_id, clock.now());
  audit.watch(*engine_);
  clients.talk_to(*engine_);
}

void World::drop_engine() {
  engine_.reset();
  frozen_ = nullptr;
  frozen_until_ = 0;
}

void World::replace_engine() {
  replaced_ = true;
  std::string text;
  kafka::CloudEvents{{}}.render(
      text, {.opening_id = "another", .engine_id = "b", .checkpoint = {}, .at = clock.now()});
  partition.append("", text);
}

bool World::idle() const {
  const tape::Tape& tape = engine_->tape;
  return clients.waiting() == 0 && engine_->orders.counts().live == 0 && engine_->mail_backlog.size() == 0 &&
         engine_->dispatch.stock_changes() == 0 && tape.stored.read() == tape.claimed();
}

tape::Record* World::place(const saga::Order& draft) {
  reactor();
  tape::Record* const record = engine_->orders.admit(draft).record;
  if (record == nullptr) return nullptr;
  audit.admitted();
  engine_->dispatch.arrive(*record);
  engine_->dispatch.hand_over();
  return record;
}

void World::note(std::string_view what, int work) {
  if (!trace || work == 0) return;
  std::printf("%lu  %.3f s  %.*s: %d\n", static_cast<unsigned long>(steps),
              static_cast<double>(clock.now().ns % 1'000'000'000'000) / 1e9, static_cast<int>(what.size()),
              what.data(), work);
}

/// What happens next is done by somebody who is no thread of the engine's.
void World::outside() { outside_.attach(); }
/// What happens next is done on the reactor's thread, which a socket has woken.
void World::reactor() {
  engine_->reactor_worker.rouse();
  engine_->reactor_worker.attach();
}

void World::ask(unsigned orders) {
  reactor();
  clients.ask(orders);
}

void World::run_somebody() {
  Worker& worker = *engine_->workers[random.below(engine_->workers.size())];
  if (&worker == frozen_ && steps < frozen_until_) return;
  if (steps >= frozen_until_ && random.below(100) == 0 && faults.strikes(Fault::worker_frozen)) {
    frozen_ = &worker;
    frozen_until_ = steps + random.between(20, random.one_of<std::uint64_t>({100, 3000}));
    return;
  }
  if (!worker.runnable(clock.now())) return;
  const int work = random.chance(0.5) ? worker.turn(clock.now()) : worker.run_one(clock.now(), random);
  note(worker.first().name(), work);
}

void World::step() {
  ++steps;
  if (steps >= away_until_ && random.below(300) == 0 && faults.strikes(Fault::provider_away))
    away_until_ = steps + random.between(20, 600);
  providers_away = steps < away_until_;
  const std::uint64_t dice = random.below(100);
  if (dice < 70) {
    run_somebody();
  } else if (dice < 74) {
    reactor();
    note("hand over", engine_->dispatch.hand_over());
  } else if (dice < 84) {
    outside();
    const int work = engine_->log.turn();
    if (work > 0) engine_->journal_worker.signal();
    note("Kafka", work);
  } else if (dice < 91) {
    reactor();
    note("Redis", engine_->store.turn());
  } else if (dice < 95) {
    outside();
    note("mail", engine_->mailer.turn(faults, random));
  } else {
    const bool jump = faults.strikes(Fault::clock_jump);
    clock.advance(jump ? 1ms * random.between(500, 4000) : 1us * random.between(50, 60'000));
    reactor();
    note("deadlines", clients.tick());
  }
  check();
}

/// The promises, and that nothing has given up: nobody but another engine may make it.
void World::check() {
  audit.check();
  const kafka::Journal& journal = engine_->journal;
  require(replaced_ || journal.state() == kafka::Journal::State::running,
          [&] { return "the journal has stopped: " + std::string{journal.reason()}; });
  require(engine_->store_agent.stop() == redis::StoreAgent::Stop::no, [&] {
    return "the store has stopped: " + std::string{redis::StoreAgent::text(engine_->store_agent.stop())};
  });
}

int World::calm_turn() {
  ++steps;
  reactor();
  int work = engine_->dispatch.hand_over() + engine_->store.answer() + clients.tick();
  for (Worker* worker : engine_->workers) {
    if (!worker->runnable(clock.now())) continue;
    const int done = worker->turn(clock.now());
    note(worker->first().name(), done);
    work += done;
    check();
  }
  outside();
  const int reported = engine_->log.turn_calmly();
  if (reported > 0) engine_->journal_worker.signal();
  for (; !engine_->mailer.waiting.empty(); ++work) engine_->mailer.answer(tape::MailOutcome::sent);
  return work + reported;
}

void World::come_to_rest() {
  const runtime::Time end = clock.now() + time_to_rest_max;
  for (int turn = 0; turn < turns_to_rest_max; ++turn) {
    if (calm_turn() > 0) continue;
    runtime::Time next = runtime::Time::never();
    for (const Worker* worker : engine_->workers) next = std::min(next, worker->next_deadline());
    if (next == runtime::Time::never() && clients.waiting() == 0) return;
    if (next == runtime::Time::never()) next = clock.now() + 1s;  // a client's deadline
    require(next < end, "it does not come to rest: something is always tried once more");
    clock.set(std::max(next, clock.now() + 1ms));
  }
  throw Violation("it does not come to rest: it never stops working");
}

void World::run_engine_only() {
  outside();
  for (int work = 1; work > 0;) {
    work = 0;
    for (runtime::Agent* agent : engine_->agents) work += agent->do_work(clock.now());
  }
  audit.check();
}

}  // namespace sim
