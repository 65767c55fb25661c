#include "edge/kafka/journal.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/ensure.h"
#include "engine/limits.h"

namespace kafka {

Journal::Journal(tape::Tape& tape, tape::Transcript& transcript, engine::Log& log, const CloudEvents& events,
                 std::int64_t epoch)
    : tape_(tape),
      transcript_(transcript),
      log_(log),
      events_(events),
      epoch_(epoch),
      rule_(epoch, in_flight_max + 1),
      produced_at_(in_flight_max + 1) {
  ENSURE(tape.claimed() == 0);
}

int Journal::do_work(runtime::Time now) {
  if (state_.load(std::memory_order_relaxed) != State::running) return 0;  // written by this thread
  int done = produce(now);
  done += take_reports();
  done += release(now);
  done += read_back(now);
  // What was reported before the producer died is released above; nothing is after.
  if (const std::string_view error = log_.fatal_error(); !error.empty()) {
    stop(State::dead, "the Kafka producer has failed: " + std::string{error});
  }
  return done;
}

int Journal::produce(runtime::Time now) {
  const std::uint64_t begin = produced_seq_;
  const std::uint64_t end = std::min(begin + engine::limits::journal_batch, rule_.acked() + in_flight_max);
  while (produced_seq_ < end && (next_rendered_ || render_next())) {
    const RecordHeaders headers = events_.headers(next_);
    const std::uint64_t seq = produced_seq_ + 1;
    if (!log_.produce(
            {.key = next_.subject, .value = events_.value(next_), .headers = headers.view(), .seq = seq})) {
      break;
    }
    produced_at(seq) = now.ns;
    next_rendered_ = false;
    produced_seq_ = seq;
  }
  if (produced_seq_ == begin) return 0;
  tape_.produced.move(produced_seq_);
  produced_.add(produced_seq_ - begin);
  return static_cast<int>(produced_seq_ - begin);
}

bool Journal::render_next() {
  const tape::Index index = produced_seq_;  // seq is index + 1
  if (!tape_.published(index)) return false;
  const tape::Event& event = tape_.event(index);
  char* const to = transcript_.room(events_.bytes_max(event));
  if (to == nullptr) return false;
  next_ = events_.render(to, event, epoch_, index + 1);
  transcript_.commit(index, next_.text.size());
  next_rendered_ = true;
  return true;
}

int Journal::take_reports() {
  std::array<engine::Log::Report, engine::limits::journal_batch> reports;
  const std::size_t count = log_.reports(reports);
  for (std::size_t i = 0; i < count; ++i) {
    const auto [seq, offset] = reports[i];
    ENSURE(seq > 0 && seq <= produced_seq_);
    reported_seq_ = std::max(reported_seq_, seq);
    if (!rule_.report(seq, offset)) {
      stop(State::log_lost, "Kafka has lost acknowledged records: seq " + std::to_string(seq) + " of epoch " +
                                std::to_string(epoch_) + " was written at offset " + std::to_string(offset) +
                                ", below " + std::to_string(rule_.acked_offset() + 1));
      break;
    }
  }
  return static_cast<int>(count);
}

int Journal::release(runtime::Time now) {
  if (state_.load(std::memory_order_relaxed) != State::running) return 0;
  const std::uint64_t begin = rule_.acked();
  while (const std::optional<tape::Offset> offset = rule_.release_next()) {
    const std::uint64_t seq = rule_.acked();
    tape_.set_place(seq - 1, {*offset, epoch_, seq});
    ack_latency_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(now.ns - produced_at(seq), 0)));
  }
  const std::uint64_t end = rule_.acked();
  if (end == begin) return 0;
  tape_.acked.move(end);
  acked_.add(end - begin);
  return static_cast<int>(end - begin);
}

int Journal::read_back(runtime::Time now) {
  if (state_.load(std::memory_order_relaxed) != State::running) return 0;
  if (reading_back_) {
    const std::optional<engine::Log::ReadBack> result = log_.read_back_result();
    if (!result) return 0;
    reading_back_ = false;
    take_read_back(*result, now);
    return 1;
  }
  const tape::ReleaseRule::Blocked blocked = rule_.blocked();
  if (blocked == tape::ReleaseRule::Blocked::no) {
    ask_at_ = runtime::Time::never();
    return 0;
  }
  const bool placeless = blocked == tape::ReleaseRule::Blocked::placeless;
  if (ask_at_ == runtime::Time::never() || blocked_at_ != rule_.acked() + 1) {
    blocked_at_ = rule_.acked() + 1;
    ask_at_ = placeless ? now + placeless_patience : now;
  }
  if (now < ask_at_) return 0;
  ask_at_ = runtime::Time::never();
  reading_back_ = true;
  read_back_after_ = rule_.acked();
  read_backs_.add();
  log_.read_back({rule_.acked_offset(), epoch_, rule_.acked()}, reported_seq_);
  return 1;
}

void Journal::take_read_back(const engine::Log::ReadBack& result, runtime::Time now) {
  const std::string where = "behind offset " + std::to_string(rule_.acked_offset());
  if (result.replaced) return stop(State::replaced, "another engine has opened the log, " + where);
  if (result.lost) {
    return stop(State::log_lost, "Kafka no longer has the last acknowledged record, seq " +
                                     std::to_string(read_back_after_) + " of epoch " +
                                     std::to_string(epoch_));
  }
  for (std::size_t i = 0; i < result.offsets.size(); ++i) {
    rule_.found(read_back_after_ + 1 + i, result.offsets[i]);
  }
  release(now);
  if (result.missing) return stop(State::dead, "a record of this engine is missing from the log, " + where);
  if (result.failed && rule_.blocked() != tape::ReleaseRule::Blocked::no) {
    blocked_at_ = rule_.acked() + 1;
    ask_at_ = now + read_back_pause;
  }
}

void Journal::stop(State state, std::string reason) {
  if (state_.load(std::memory_order_relaxed) != State::running) return;
  reason_ = std::move(reason);
  ask_at_ = runtime::Time::never();
  state_.store(state, std::memory_order_release);  // pairs with state()
  if (stop_watcher_ != nullptr) stop_watcher_->signal();
}

}  // namespace kafka
