#include "handlers/life_cycle.h"

#include <utility>

namespace handlers {
namespace {

using namespace std::chrono_literals;
using Kind = engine::Setback::Kind;
using JournalState = journal::Journal::State;
using StoreStop = store::StoreAgent::Stop;

constexpr engine::Duration watch_pause = 50ms;  // soon enough to notice that journal or store has stopped
constexpr engine::Duration busy_pause = 5ms;    // while others wait for the end

constexpr std::string_view stalled_text =
    "Kafka does not acknowledge what is written: no new orders until it does";

}  // namespace

LifeCycle::LifeCycle(Settings settings, Host& host, const runtime::Clock& clock)
    : settings_(std::move(settings)), host_(host), clock_(clock) {}

int LifeCycle::do_work(runtime::Time now) {
  switch (phase()) {
    case Phase::starting:
    case Phase::standby:
    case Phase::reading_redis:
    case Phase::opening_log:
    case Phase::replaying:
      return begin();
    case Phase::serving:
      next_ = now + watch_pause;
      return watch(now);
    case Phase::draining:
      next_ = now + busy_pause;
      return drain(now);
    case Phase::letting_go:
      next_ = now + busy_pause;
      return go_on_letting_go(now);
    case Phase::ending:
      next_ = now + busy_pause;
      return go_on_ending(now);
    case Phase::ended:
      break;
  }
  next_ = runtime::Time::never();
  return 0;
}

void LifeCycle::reach(Phase phase) {
  progress_told_at_ = clock_.now();
  phase_.store(phase, std::memory_order_release);  // pairs with phase()
  host_.reached();
}

bool LifeCycle::stopping() { return stopping_ = stopping_ || host_.told_to_stop(); }

// --- What others are told.

bool LifeCycle::ready() const { return phase() == Phase::serving && !partition_->tape.room().log_stalled(); }

std::string LifeCycle::text() const {
  switch (phase()) {
    case Phase::starting:
    case Phase::letting_go:
      return "starting";
    case Phase::standby: {
      const std::lock_guard lock(owner_mutex_);
      return "standby: engine " + owner_ + " owns the topic";
    }
    case Phase::reading_redis:
      return "reading the checkpoint from Redis";
    case Phase::opening_log: {
      const tape::Offset offset = offset_.load(std::memory_order_relaxed);
      return offset < 0 ? "opening the topic" : "opening the topic, offset " + std::to_string(offset);
    }
    case Phase::replaying:
      return "replaying the log, offset " + std::to_string(offset_.load(std::memory_order_relaxed)) + " of " +
             std::to_string(epoch());
    case Phase::serving:
      return std::string{ready() ? "serving" : stalled_text};
    case Phase::draining:
      return "draining";
    case Phase::ending:
    case Phase::ended:
      return "stopping after a failure";
  }
  return "unknown";
}

// --- Serving.

int LifeCycle::watch(runtime::Time now) {
  if (stopping()) return begin_drain(now), 1;
  if (const auto why = stopped()) return end(now, {false, why->kind, why->text});
  const bool stalled = partition_->tape.room().log_stalled();
  if (stalled && !told_stalled_) host_.say(Tone::warning, stalled_text);
  if (!stalled && told_stalled_) host_.say(Tone::info, "Kafka acknowledges again: new orders are taken");
  told_stalled_ = stalled;
  if (!redis_lost_writes()) return 0;
  let_go(now);
  return 1;
}

/// Journal, store or a neighbour have stopped for good: why.
std::optional<engine::Setback> LifeCycle::stopped() {
  if (auto lost = host_.lost_neighbour()) return lost;
  const journal::Journal& journal = partition_->journal;
  if (const JournalState state = journal.state(); state != JournalState::running)
    return Setback{state == JournalState::replaced ? Kind::replaced : Kind::failed,
                   std::string{journal.reason()}};
  if (partition_->store.stop() == StoreStop::fenced || host_.store_fenced())
    return Setback{Kind::replaced, std::string{store::StoreAgent::text(StoreStop::fenced)}};
  return std::nullopt;
}

bool LifeCycle::redis_lost_writes() const {
  return partition_->store.stop() == StoreStop::elsewhere || host_.store_lost_writes() ||
         partition_->mail_backlog.store_lacks();
}

bool LifeCycle::all_answered() const {
  return host_.open_requests() == 0 && partition_->tape.released.read() == partition_->tape.claimed();
}

// --- Redis has lost writes. What is on the tape is acked and answered, as far as that goes quickly: what is not, the
// log shows to the start that follows.

void LifeCycle::let_go(runtime::Time now) {
  host_.say(Tone::warning, std::string{store::StoreAgent::text(StoreStop::elsewhere)} +
                               ": the start procedure begins again");
  reach(Phase::letting_go);
  partition_->orders.close_intake();
  host_.end_waits();
  deadline_ = now + answer_patience;
  told_goodbye_ = false;
}

int LifeCycle::go_on_letting_go(runtime::Time now) {
  if (!told_goodbye_) {
    if (!all_answered() && now < deadline_) return 0;
    host_.answer_unknown();
    told_goodbye_ = true;
    deadline_ = now + goodbye_patience;
    return 1;
  }
  if (host_.open_requests() > 0 && now < deadline_) return 0;
  host_.drop();
  partition_ = nullptr;
  reach(Phase::starting);
  return 1;
}

// --- Told to stop.

void LifeCycle::begin_drain(runtime::Time now) {
  host_.say(Tone::info, "draining: no new orders, those under way are finished");
  reach(Phase::draining);
  partition_->orders.close_intake();
  host_.end_waits();
  deadline_ = now + settings_.drain_deadline;
  // The last fifth is for the events of the last mails; orders that still wait are taken up by the next start.
  partition_->mail_backlog.drain(deadline_ - settings_.drain_deadline / 5);
}

/// While orders are finished, HTTP goes on: new orders get 503, health says draining. Then connections are ended. At
/// rest twice in a row: a request that was read before the intake closed may have become an order in between.
int LifeCycle::drain(runtime::Time now) {
  Partition& partition = *partition_;
  const bool quiet = partition.at_rest();
  if (quiet && !closed_) host_.close_listener();
  closed_ = closed_ || quiet;
  at_rest_ = quiet && host_.open_requests() == 0 ? at_rest_ + 1 : 0;
  if (at_rest_ < 2) {
    const bool hurry = host_.told_to_stop();
    // A journal that has stopped brings nothing more; a store that has is not waited for once everything said is
    // acked and answered: the log has it all.
    const bool no_more = partition.journal.state() != JournalState::running ||
                         (partition.store.stop() != StoreStop::no &&
                          partition.tape.released.read() == partition.tape.claimed());
    if (!hurry && !no_more && now < deadline_) return 0;
    if (!partition.at_rest_but_mails()) {
      if (const auto why = stopped()) return end(now, {false, why->kind, why->text});
      host_.say(Tone::warning, "stopped before everything was finished",
                {{"unfinished_orders", partition.orders.counts().live},
                 {"events_to_replay", partition.unstored()}});
      ending_ = {false, Kind::failed, {}};
      reach(Phase::ended);
      return 1;
    }
  }
  host_.say(Tone::info, "drained",
            {{"events", partition.tape.claimed()},
             {"mails_left", partition.mail_backlog.size() + partition.mail_backlog.mailing()}});
  ending_ = {true, Kind::told_to_stop, {}};
  reach(Phase::ended);
  return 1;
}

// --- The end of one that cannot go on.

int LifeCycle::end(runtime::Time now, Ending ending) {
  host_.say(ending.drained ? Tone::info : Tone::error, ending.text);
  ending_ = std::move(ending);
  reach(Phase::ending);
  if (partition_ != nullptr) partition_->orders.close_intake();
  host_.answer_unknown();
  host_.close_listener();
  deadline_ = now + goodbye_patience;  // a client that does not read its answer does not hold us up
  return 1;
}

int LifeCycle::go_on_ending(runtime::Time now) {
  if (host_.open_requests() > 0 && now < deadline_) return 0;
  reach(Phase::ended);
  return 1;
}

}  // namespace handlers
