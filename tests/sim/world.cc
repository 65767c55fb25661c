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
    : settings(the_settings),
      random(seed),
      audit(partition, settings.untracked == handlers::Untracked::accept),
      clients(audit, random, clock) {
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
  engine_ = std::make_unique<Engine>(settings, partition, redis, mailbox, audit, faults, random, opened,
                                     opening_id, clock.now());
  audit.watch(*engine_);
  clients.talk_to(*engine_);
}

void World::drop_engine() { engine_.reset(); }

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
  tape::Record* const record = engine_->orders.admit(draft).record;
  if (record == nullptr) return nullptr;
  audit.admitted();
  engine_->dispatch.arrive(*record);
  engine_->dispatch.hand_over();
  return record;
}

void World::note(const char* what, int work) {
  if (!trace || work == 0) return;
  std::printf("%lu  %.3f s  %s: %d\n", static_cast<unsigned long>(steps),
              static_cast<double>(clock.now().ns % 1'000'000'000'000) / 1e9, what, work);
}

void World::step() {
  ++steps;
  const std::uint64_t dice = random.below(100);
  if (dice < 70) {
    runtime::Agent& agent = *engine_->agents[random.below(engine_->agents.size())];
    note(std::string{agent.name()}.c_str(), agent.do_work(clock.now()));
  } else if (dice < 74) {
    note("hand over", engine_->dispatch.hand_over());
  } else if (dice < 84) {
    note("Kafka", engine_->log.turn());
  } else if (dice < 91) {
    note("Redis", engine_->store.turn());
  } else if (dice < 95) {
    note("mail", engine_->mailer.turn(faults, random));
  } else {
    const bool jump = faults.strikes(Fault::clock_jump);
    clock.advance(jump ? 1ms * random.between(500, 4000) : 1us * random.between(50, 60'000));
    note("deadlines", clients.tick());
  }
  audit.check();
}

int World::calm_turn() {
  ++steps;
  int work = engine_->dispatch.hand_over();
  for (runtime::Agent* agent : engine_->agents) {
    const int done = agent->do_work(clock.now());
    note(std::string{agent->name()}.c_str(), done);
    work += done;
  }
  work += engine_->log.turn_calmly() + engine_->store.answer() + clients.tick();
  for (; !engine_->mailer.waiting.empty(); ++work) engine_->mailer.answer(tape::MailOutcome::sent);
  audit.check();
  return work;
}

void World::come_to_rest() {
  const runtime::Time end = clock.now() + time_to_rest_max;
  for (int turn = 0; turn < turns_to_rest_max; ++turn) {
    if (calm_turn() > 0) continue;
    runtime::Time next = runtime::Time::never();
    for (const runtime::Agent* agent : engine_->agents) next = std::min(next, agent->next_deadline());
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
    for (runtime::Agent* agent : engine_->agents) work += agent->do_work(clock.now());
  }
  audit.check();
}

}  // namespace sim
