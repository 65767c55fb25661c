#include "tests/sim/process.h"

#include <cstdio>
#include <set>
#include <utility>

#include "tests/sim/violation.h"

namespace sim {

Process::Process(const Ground& ground, Books& books, const runtime::ManualClock& clock, std::string name,
                 Setup setup, Callers callers)
    : ground_(ground),
      books_(books),
      clock_(clock),
      name_(std::move(name)),
      setup_(std::move(setup)),
      callers_(std::move(callers)),
      audit_(books, ground.settings),
      drain_deadline_(ground.random.one_of<engine::Duration>(
          {std::chrono::milliseconds{20}, std::chrono::seconds{1}, std::chrono::seconds{25}})),
      life_(life_settings(), *this, clock) {}

Process::~Process() {
  fiber_.reset();
  drop();
}

void Process::note(std::string_view what, int work) const {
  if (!trace || work == 0) return;
  std::printf("%.3f s  %s %.*s: %d\n", static_cast<double>(clock_.now().ns % 1'000'000'000'000) / 1e9,
              name_.c_str(), static_cast<int>(what.size()), what.data(), work);
}

// --- As the life cycle's host.

handlers::LifeCycle::Settings Process::life_settings() {
  return {.topic = "orders",
          .type_prefix = setup_.type_prefix,
          .engine_id = name_,
          .new_opening_id = [this] { return name_ + "-" + std::to_string(++openings_); },
          .keep = std::chrono::hours{1},
          .patience = std::chrono::minutes{1},
          .drain_deadline = drain_deadline_,
          .chunk_events = ground_.random.one_of<std::size_t>({1, 5, 50})};
}

bool Process::told_to_stop() {
  if (stops_ == 0) return false;
  --stops_;
  told_to_stop_once_ = true;
  return true;
}

void Process::say(Tone, std::string_view text, std::initializer_list<Figure>) {
  note(text, 1);
  require(text.find("a part of it is gone") == std::string_view::npos || ground_.redis.damaged,
          [&] { return "Redis is whole, and it says: " + std::string{text}; });
  require(text.find("does not keep") == std::string_view::npos,
          [&] { return "Redis keeps everything, and it says: " + std::string{text}; });
}

Process::Result Process::begin() {
  frozen_worker_ = nullptr;
  start_redis_ = std::make_unique<StartRedis>(ground_.redis, *fiber_);
  start_log_ = std::make_unique<StartLog>(ground_.partition, ground_.faults, *fiber_, name_,
                                          setup_.type_prefix, setup_.unknown);
  return {};
}

Process::Result Process::serve(const handlers::Opened& opened) {
  require(setup_.type_prefix.empty(), "a start with another prefix serves");
  engine_ = std::make_unique<Engine>(ground_, audit_, audit_, opened, clock_);
  audit_.watch(*engine_);
  check_listing();
  reactor();
  return {};
}

/// Of the orders that have ended by its opening it lists the newest, as many as it holds, each once, as the log has it
/// and in its place.
void Process::check_listing() {
  const Redis& redis = ground_.redis;
  if (!redis.list_is_whole()) return;  // a part of it has just gone, which the engine misses from now on
  std::set<saga::OrderId> wanted;
  for (const saga::OrderId& id : redis.recent) {
    const Model::Order* const order = audit_.seen.find(id.str());
    const bool kept = order != nullptr && order->ended() && wanted.size() < ground_.settings.finished;
    if (kept) wanted.insert(id);
  }
  std::uint64_t before = UINT64_MAX;
  for (const orders::Listed& listed : engine_->orders.list({}, before, 10'000)) {
    require(listed.serial < before, "the listing is out of order");
    before = listed.serial;
    const std::string id = listed.live != nullptr ? listed.live->order.id.str() : listed.finished->id.str();
    const Model::Order* const order = audit_.seen.find(id);
    require(order != nullptr, [&] { return "listed, and not in the log up to its opening: " + id; });
    require(order->steps.front().offset + 1 == static_cast<std::int64_t>(listed.serial),
            [&] { return "listed in another place than in the log: " + id; });
    if (listed.finished == nullptr) continue;
    Model::compare(id, *order, listed.finished->document);
    require(saga::name(listed.finished->status) == order->status,
            [&] { return "listed with another status than in the log: " + id; });
    require(wanted.erase(listed.finished->id) == 1, [&] { return "listed, and others are newer: " + id; });
  }
  require(wanted.empty(),
          [&] { return "Redis lists it, and the engine does not: " + wanted.begin()->str(); });
}

int Process::open_requests() { return engine_ == nullptr ? 0 : static_cast<int>(callers_.waiting(*engine_)); }

void Process::end_waits() {
  if (engine_ != nullptr) engine_->desk.end_waits();
}

void Process::answer_unknown() {
  if (engine_ != nullptr) engine_->desk.give_up();
}

void Process::drop() {
  if (engine_ != nullptr) callers_.leaving(*engine_);
  engine_.reset();
}

/// Its questions block, so it runs in a fiber until it serves.
void Process::start_on() {
  if (fiber_ == nullptr || fiber_->ended()) {
    fiber_ = std::make_unique<Fiber>([this] {
      while (life_.starting()) life_.do_work(clock_.now());
    });
  }
  fiber_->resume();
  if (ended()) check_ending();
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
  if (life_.starting()) return start_on();
  if (ended()) return;
  if (engine_ == nullptr) return look_after();  // a start that has failed tells who waits
  if (ground_.settings.by_topic.any() && random.below(20) == 0)
    return fetch_requests(engine_->request_log.turn());
  const auto outside = engine_->called();
  const std::uint64_t dice = random.below(outside.empty() ? 95 : 105);
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
  } else if (dice >= 95) {
    outside_.attach();
    note("outside", outside[random.below(outside.size())]->turn(ground_.faults, random));
  } else if (!ground_.settings.by_topic.mails) {
    outside_.attach();
    note("mail", engine_->mails().turn(ground_.faults, random));
  }
  if (random.chance(0.1)) look_after();
}

void Process::fetch_requests(int count) {
  if (count > 0) engine_->reactor_worker.signal();
  note("requests", count);
}

bool Process::replaced() const {
  return engine_->journal.state() != journal::Journal::State::running ||
         engine_->store.stop() == store::StoreAgent::Stop::fenced || engine_->redis.fenced();
}

/// What the process' main thread does every few milliseconds.
void Process::look_after() {
  const bool draining = life_.phase() == Phase::draining;
  const bool told_again = draining && stops_ > 0;
  const bool late = draining && clock_.now() >= draining_since_ + drain_deadline_;
  life_.do_work(clock_.now());
  if (!draining) draining_since_ = clock_.now();
  require(!(told_again || late) || life_.phase() != Phase::draining, "a drain goes on behind its end");
  if (ended()) check_ending();
}

void Process::check_ending() const {
  using Kind = engine::Setback::Kind;
  const handlers::Ending& ending = life_.ending();
  const bool blind = !setup_.type_prefix.empty() || !setup_.unknown.empty();
  require(ending.drained || ending.kind == Kind::replaced || told_to_stop_once_ ||
              (blind && ending.kind == Kind::do_not_belong_together),
          [&] { return "it has ended without a reason: " + ending.text; });
  if (!ending.drained || engine_ == nullptr) return;
  const tape::Tape& tape = engine_->tape;
  require(tape.stored.read() == tape.claimed() && tape.acked.read() == tape.claimed() &&
              tape.produced.read() == tape.claimed(),
          "drained, and not everything is acked and stored");
  require(
      ground_.redis.checkpoint.offset >= audit_.seen.offset || ground_.redis.damaged || books_.was_set_back(),
      "drained, and Redis does not have what was answered");
}

int Process::calm_turn() {
  if (life_.starting()) {
    step();
    return 1;
  }
  if (ended()) return 0;
  if (engine_ == nullptr) {
    look_after();
    return 1;
  }
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
  if (ground_.settings.by_topic.any()) {
    const int fetched = engine_->request_log.turn_calmly();
    fetch_requests(fetched);
    work += fetched;
  }
  if (!ground_.settings.by_topic.mails) {
    for (; !engine_->mails().waiting.empty(); ++work) engine_->mails().answer_calmly();
  }
  for (VirtualParticipant* const one : engine_->called()) {
    for (; one->waits(); ++work) one->answer_calmly(ground_.faults);
  }
  const Phase before = life_.phase();
  look_after();
  return work + reported + (life_.phase() != before ? 1 : 0);
}

void Process::check() {
  if (engine_ == nullptr) return;
  audit_.check();
  if (!replaced()) return;
  const journal::Journal& journal = engine_->journal;
  require(journal.state() != journal::Journal::State::log_lost, "it says that Kafka has lost records");
  books_.read_log();
  require(books_.log.epoch > engine_->log.epoch(),
          [&] { return "it says that it was replaced: " + std::string{journal.reason()}; });
}

}  // namespace sim
