#include "tests/sim/process.h"

#include <cstdio>
#include <utility>

#include "tests/sim/violation.h"

namespace sim {

Process::Process(const Ground& ground, Books& books, const runtime::ManualClock& clock, std::string name,
                 Setup setup, Leaving leaving)
    : ground_(ground),
      books_(books),
      clock_(clock),
      name_(std::move(name)),
      setup_(std::move(setup)),
      leaving_engine_(std::move(leaving)),
      audit_(books, ground.settings) {
  start();
}

Process::~Process() { let_go(); }

void Process::let_go() {
  if (engine_ != nullptr) leaving_engine_(*engine_);
  engine_.reset();
}

void Process::note(std::string_view what, int work) const {
  if (!trace || work == 0) return;
  std::printf("%.3f s  %s %.*s: %d\n", static_cast<double>(clock_.now().ns % 1'000'000'000'000) / 1e9,
              name_.c_str(), static_cast<int>(what.size()), what.data(), work);
}

// --- The start, in the order of edge/app.

void Process::start() {
  state_ = State::starting;
  let_go();
  frozen_worker_ = nullptr;
  fiber_ = std::make_unique<Fiber>([this] { start_up(); });
}

void Process::start_up() {
  start_redis_ = std::make_unique<StartRedis>(ground_.redis, *fiber_);
  for (;;) {
    const auto stored = start_redis_->load();
    if (!fits(*stored)) return replay_.reset();
    opening_id_ = name_ + "-" + std::to_string(++openings_);
    start_log_ = std::make_unique<StartLog>(ground_.partition, ground_.faults, *fiber_, name_,
                                            setup_.type_prefix, setup_.unknown);
    epoch_ =
        start_log_->open({.opening_id = opening_id_, .begin = {stored->checkpoint, {}}, .at = clock_.shown()})
            .epoch;
    replay_ = std::make_unique<recovery::Replay>(
        recovery::Replay::Task{.topic = "orders",
                               .type_prefix = setup_.type_prefix,
                               .engine_id = name_,
                               .epoch = epoch_,
                               .opening_id = opening_id_,
                               .keep = std::chrono::hours{1},
                               .patience = std::chrono::minutes{1},
                               .chunk_events = ground_.random.one_of<std::size_t>({1, 5, 50}),
                               .progress = [](tape::Offset) {},
                               .rebuilt =
                                   [this](const std::string& what) {
                                     note("rebuilds Redis: " + what, 1);
                                     require(ground_.redis.damaged,
                                             [&] { return "Redis is whole, and it says: " + what; });
                                   },
                               .told_to_stop = [] { return false; }},
        *start_redis_, *start_log_);
    const auto result = replay_->run();
    require(!result.ok() || setup_.type_prefix.empty(), "a start with another prefix serves");
    if (result.ok()) return;
    const engine::Setback& setback = result.error();
    using Kind = engine::Setback::Kind;
    const bool blind = !setup_.type_prefix.empty() || !setup_.unknown.empty();
    if (blind && setback.kind == Kind::do_not_belong_together) return replay_.reset();
    if (setback.kind == Kind::replaced) return replay_.reset();
    require(setback.kind == Kind::moved, [&] { return "the start has failed: " + setback.text; });
  }
}

/// Whether Redis holds what came of the log as this process is set up to read it.
bool Process::fits(const StartRedis::Loaded& stored) const {
  if (stored.checkpoint.offset < 0) return true;
  const std::string wrong = recovery::compare_fingerprint(stored.fingerprint, "orders", setup_.type_prefix);
  require(wrong.empty() || !setup_.type_prefix.empty(),
          [&] { return "the right start is refused: " + wrong; });
  return wrong.empty();
}

void Process::take_up() {
  recovery::Fold& fold = replay_->fold();
  engine_ = std::make_unique<Engine>(ground_, audit_, epoch_, opening_id_, fold.under_way(), clock_);
  audit_.watch(*engine_);
  reactor();
  engine_->take_up(fold, clock_.now());
  engine_->orders.open_intake();
  replay_.reset();
  state_ = State::serving;
}

// --- What happens in it.

void Process::reactor() {
  engine_->reactor_worker.rouse();
  engine_->reactor_worker.attach();
}

void Process::run_somebody() {
  Random& random = ground_.random;
  Worker& worker = *engine_->workers[random.below(engine_->workers.size())];
  if (worker_frozen_ > 0) --worker_frozen_;
  if (&worker == frozen_worker_ && worker_frozen_ > 0) return;
  if (worker_frozen_ == 0 && random.below(100) == 0 && ground_.faults.strikes(Fault::worker_frozen)) {
    frozen_worker_ = &worker;
    worker_frozen_ = random.between(20, random.one_of<std::uint64_t>({100, 3000}));
    return;
  }
  if (!worker.runnable(clock_.now())) return;
  const int work = random.chance(0.5) ? worker.turn(clock_.now()) : worker.run_one(clock_.now(), random);
  note(worker.first().name(), work);
}

void Process::step() {
  Random& random = ground_.random;
  if (frozen_ > 0) {
    --frozen_;
    if (engine_ != nullptr && random.chance(0.1)) engine_->log.turn_frozen();
    return;
  }
  if (state_ == State::starting) {
    fiber_->resume();
    if (fiber_->ended()) replay_ != nullptr ? take_up() : void(state_ = State::ended);
    return;
  }
  const std::uint64_t dice = random.below(95);
  if (dice < 70) {
    run_somebody();
  } else if (dice < 74) {
    reactor();
    note("hand over", engine_->desk.hand_over());
  } else if (dice < 84) {
    outside_.attach();
    const int work = engine_->log.turn();
    if (work > 0) engine_->journal_worker.signal();
    note("Kafka", work);
  } else if (dice < 91) {
    reactor();
    note("Redis", engine_->redis.turn());
  } else {
    outside_.attach();
    note("mail", engine_->mails().turn(ground_.faults, random));
  }
  if (random.chance(0.1)) look_after();
}

bool Process::replaced() const {
  return engine_->journal->state() != journal::Journal::State::running ||
         engine_->store.stop() == store::StoreAgent::Stop::fenced || engine_->redis.fenced();
}

/// What edge/app does every few milliseconds.
void Process::look_after() {
  using Stop = store::StoreAgent::Stop;
  if (state_ == State::letting_go) {
    if (leaving_ > 0) return void(--leaving_);
    return start();
  }
  if (replaced()) {
    state_ = State::ended;
    engine_->desk.give_up();
  } else if (engine_->store.stop() == Stop::elsewhere || engine_->redis.lost_writes() ||
             engine_->mail_backlog.store_lacks()) {
    state_ = State::letting_go;
    engine_->orders.close_intake();
    engine_->desk.end_waits();
    leaving_ = ground_.random.below(30);
  }
}

int Process::calm_turn() {
  if (state_ == State::starting) {
    step();
    return 1;
  }
  if (state_ == State::ended) return 0;
  reactor();
  int work = engine_->desk.hand_over() + engine_->redis.answer();
  for (Worker* worker : engine_->workers) {
    if (!worker->runnable(clock_.now())) continue;
    const int done = worker->turn(clock_.now());
    note(worker->first().name(), done);
    work += done;
    check();
  }
  outside_.attach();
  const int reported = engine_->log.turn_calmly();
  if (reported > 0) engine_->journal_worker.signal();
  for (; !engine_->mails().waiting.empty(); ++work) engine_->mails().answer_calmly();
  leaving_ = 0;
  look_after();
  return work + reported + (state_ == State::starting ? 1 : 0);
}

void Process::check() {
  if (engine_ == nullptr) return;
  audit_.check();
  if (!replaced()) return;
  const journal::Journal& journal = *engine_->journal;
  require(journal.state() != journal::Journal::State::log_lost, "it says that Kafka has lost records");
  books_.read_log();
  require(books_.log.epoch > engine_->log.epoch(),
          [&] { return "it says that it was replaced: " + std::string{journal.reason()}; });
}

}  // namespace sim
