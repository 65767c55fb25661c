#include "engine/journal/journal.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/ensure.h"
#include "engine/limits.h"

namespace journal {

Journal::Journal(tape::Tape& tape, tape::Transcript& transcript, engine::Log& log,
                 const codec::CloudEvents& events, std::int64_t epoch, engine::Duration linger)
    : tape_(tape),
      transcript_(transcript),
      log_(log),
      events_(events),
      linger_(linger),
      epoch_(epoch),
      rule_(epoch, in_flight_max + 1),
      produced_at_(in_flight_max + 1) {
  rendered_.reserve(engine::limits::journal_batch);
  ENSURE(tape.claimed() == 0);
}

void Journal::list(runtime::Metrics& metrics) const {
  metrics.add("saga_log_produced_total", "", "Events given to the Kafka producer, rendered anew included.",
              produced_);
  metrics.add("saga_log_acked_total", "", "Events acknowledged by Kafka, in order.", acked_);
  metrics.add("saga_log_read_backs_total", "", "Times the log was read back, for acks that left it open.",
              read_backs_);
  metrics.add("saga_log_reopenings_total", "", "Times a dead Kafka producer was replaced in place.",
              reopenings_);
  metrics.add("saga_log_ack_seconds", "", "From an event's first production to its ack.", ack_latency_);
}

int Journal::do_work(runtime::Time now) {
  if (!running()) return 0;
  watch_log(now);
  if (phase_ != Phase::open) return reopen(now);
  int done = produce(now);
  done += take_reports();
  done += release(now);
  if (rule_.blocked() == tape::ReleaseRule::Blocked::lost) return stop_lost(), 1;
  // Reports from before the producer died have been released above. An open read-back ends before anything
  // else.
  if (!reading_back_ && !log_.fatal_error().empty()) {
    give_up_producer(now);
    return done + 1;
  }
  return done + read_back(now);
}

runtime::Time Journal::next_deadline() const {
  const bool will_stall = oldest_since_ != runtime::Time::never() && !stalled_ && running();
  runtime::Time next = ask_at_;
  if (will_stall) next = std::min(next, oldest_since_ + stalled_after);
  if (awaits_linger()) next = std::min(next, burst_at_ + linger_);
  return next;
}

/// Counts from the oldest event not acked, produced or not: while the producer is being replaced none is.
void Journal::watch_log(runtime::Time now) {
  const tape::Index acked = tape_.acked.read();
  if (tape_.claimed() == acked) {
    oldest_since_ = runtime::Time::never();
  } else if (oldest_since_ == runtime::Time::never() || oldest_ != acked) {
    oldest_ = acked;
    oldest_since_ = acked < tape_.produced.read() ? runtime::Time{produced_at_[acked & in_flight_max]} : now;
  }
  const bool waits = oldest_since_ != runtime::Time::never();
  const bool stalled = waits && now - oldest_since_ >= (stalled_ ? stalled_until : stalled_after);
  if (stalled == stalled_) return;
  tape_.room().set_log_stalled(stalled_ = stalled);
  stalled_since_ns_.store(stalled ? oldest_since_.ns : 0, std::memory_order_relaxed);
}

// --- To the log.

/// What is on the tape waits for more. Otherwise all of it is the next burst.
bool Journal::gathers(runtime::Time now) {
  if (linger_ == engine::Duration::zero() || produced_seq_ < burst_) return false;
  if (rule_.acked() < burst_ || now < burst_at_ + linger_) return true;
  const std::uint64_t last = tape_.claimed() - base_;
  if (last > burst_) burst_at_ = now;
  burst_ = last;
  return false;
}

/// Nothing but the time holds up what is on the tape.
bool Journal::awaits_linger() const {
  return running() && linger_ != engine::Duration::zero() && phase_ == Phase::open &&
         produced_seq_ >= burst_ && rule_.acked() >= burst_ && tape_.claimed() > base_ + produced_seq_;
}

int Journal::produce(runtime::Time now) {
  if (gathers(now)) return 0;
  const std::uint64_t begin = produced_seq_;
  std::uint64_t end = std::min(begin + engine::limits::journal_batch, rule_.acked() + in_flight_max);
  if (linger_ != engine::Duration::zero()) end = std::min(end, burst_);
  const tape::Index produced = tape_.produced.read();
  // The first one given to the producer wakes its thread, which sends what it finds: so all are rendered before.
  while (produced_seq_ + rendered_.size() < end && render_next()) {
  }
  for (const codec::Rendered& next : rendered_) {
    const codec::RecordHeaders headers = events_.headers(next);
    const std::uint64_t seq = produced_seq_ + 1;
    if (!log_.produce({.key = next.subject,
                       .value = events_.value(next),
                       .headers = headers.view(),
                       .generation = generation_,
                       .seq = seq})) {
      break;
    }
    if (index_of(seq) >= produced) produced_at(seq) = now.ns;
    produced_seq_ = seq;
  }
  const std::uint64_t count = produced_seq_ - begin;
  rendered_.erase(rendered_.begin(), rendered_.begin() + static_cast<std::ptrdiff_t>(count));
  if (count == 0) return 0;
  if (base_ + produced_seq_ > produced) tape_.produced.move(base_ + produced_seq_);
  produced_.add(count);
  return static_cast<int>(count);
}

bool Journal::render_next() {
  const std::uint64_t seq = produced_seq_ + rendered_.size() + 1;
  const tape::Index index = index_of(seq);
  if (!tape_.published(index)) return false;
  const tape::Event& event = tape_.event(index);
  char* const to = transcript_.room(events_.bytes_max(event));
  if (to == nullptr) return false;
  const codec::Rendered& rendered = rendered_.emplace_back(events_.render(to, event, epoch_, seq));
  transcript_.commit(index, rendered.text.size());
  return true;
}

// --- From the log.

int Journal::take_reports() {
  std::array<engine::Log::Report, engine::limits::journal_batch> reports;
  const std::size_t count = log_.reports(reports);
  for (std::size_t i = 0; i < count; ++i) {
    const auto [generation, seq, offset] = reports[i];
    if (generation != generation_) continue;
    ENSURE(seq > 0 && seq <= produced_seq_);
    reported_seq_ = std::max(reported_seq_, seq);
    rule_.report(seq, offset);
  }
  return static_cast<int>(count);
}

int Journal::release(runtime::Time now) {
  const std::uint64_t begin = rule_.acked();
  while (const std::optional<tape::Offset> offset = rule_.release_next()) {
    const std::uint64_t seq = rule_.acked();
    tape_.set_place(index_of(seq), {*offset, epoch_, seq});
    ack_latency_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(now.ns - produced_at(seq), 0)));
  }
  const std::uint64_t end = rule_.acked();
  if (end == begin) return 0;
  tape_.acked.move(base_ + end);
  acked_.add(end - begin);
  read_backs_in_vain_ = 0;
  reopen_pause_ = {};
  return static_cast<int>(end - begin);
}

int Journal::read_back(runtime::Time now) {
  using Blocked = tape::ReleaseRule::Blocked;
  if (reading_back_) {
    const std::optional<engine::Log::ReadBack> result = log_.read_back_result();
    if (!result) return 0;
    reading_back_ = false;
    take_read_back(*result, now);
    return 1;
  }
  const Blocked blocked = rule_.blocked();
  if (blocked == Blocked::no) {
    ask_at_ = runtime::Time::never();
    return 0;
  }
  if (ask_at_ == runtime::Time::never() || blocked_at_ != rule_.acked() + 1) {
    blocked_at_ = rule_.acked() + 1;
    ask_at_ = blocked == Blocked::placeless ? now + placeless_patience : now;
  }
  if (now < ask_at_) return 0;
  ask_at_ = runtime::Time::never();
  reading_back_ = true;
  read_back_after_ = rule_.acked();
  read_backs_.add();
  log_.read_back(released(), reported_seq_);
  return 1;
}

void Journal::take_found(std::span<const tape::Offset> offsets, std::uint64_t after, runtime::Time now) {
  for (std::uint64_t seq = after + 1; seq <= produced_seq_ && seq - after <= offsets.size(); ++seq) {
    rule_.found(seq, offsets[seq - after - 1]);
  }
  release(now);
}

void Journal::take_read_back(const engine::Log::ReadBack& result, runtime::Time now) {
  if (result.replaced) return stop(State::replaced, "another engine has opened the log, " + behind());
  if (result.lost) return stop_lost();
  take_found(result.offsets, read_back_after_, now);
  if (result.missing) return give_up_producer(now);
  if (!result.failed || rule_.blocked() == tape::ReleaseRule::Blocked::no) return;
  if (++read_backs_in_vain_ == read_backs_in_vain_max) return give_up_producer(now);
  blocked_at_ = rule_.acked() + 1;
  ask_at_ = now + read_back_pause;
}

// --- Law 9: a dead producer is replaced in place.

void Journal::give_up_producer(runtime::Time now) {
  phase_ = Phase::pausing;
  ask_at_ = now + reopen_pause_;
  reopen_pause_ = std::clamp(2 * reopen_pause_, reopen_pause_min, reopen_pause_max);
}

int Journal::reopen(runtime::Time now) {
  if (phase_ == Phase::pausing) {
    if (now < ask_at_) return 0;
    ask_at_ = runtime::Time::never();
    phase_ = Phase::reopening;
    log_.reopen(released(), now);
    return 1;
  }
  const std::optional<engine::Log::Reopened> result = log_.reopen_result();
  if (!result) return 0;
  take_reopened(*result, now);
  return 1;
}

void Journal::take_reopened(const engine::Log::Reopened& result, runtime::Time now) {
  if (result.replaced) return stop(State::replaced, "another engine has opened the log, " + behind());
  if (result.lost) return stop_lost();
  if (result.failed) return give_up_producer(now);
  take_found(result.offsets, rule_.acked(), now);
  begin_epoch(result.epoch);
}

/// What was not acked is rendered anew and produced again, as seq 1, 2, … of the new epoch.
void Journal::begin_epoch(std::int64_t epoch) {
  base_ += rule_.acked();
  transcript_.rewind(base_);
  epoch_ = epoch;
  ++generation_;
  rule_.restart(epoch);
  produced_seq_ = 0;
  burst_ = 0;
  rendered_.clear();
  reported_seq_ = 0;
  phase_ = Phase::open;
  reopenings_.add();
}

void Journal::stop_lost() {
  stop(State::log_lost, "Kafka has lost acknowledged records: the last one released, seq " +
                            std::to_string(rule_.acked()) + " of epoch " + std::to_string(epoch_) +
                            ", is no longer at offset " + std::to_string(rule_.acked_offset()) +
                            ", or a later one was written before it");
}

void Journal::stop(State state, std::string reason) {
  if (!running()) return;
  reason_ = std::move(reason);
  ask_at_ = runtime::Time::never();
  state_.store(state, std::memory_order_release);  // pairs with state()
}

}  // namespace journal
