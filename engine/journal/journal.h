// The journal: follows the tape, renders each event once per epoch as a CloudEvent, produces it with epoch
// and seq in tape order, and moves `acked` as Kafka's reports come in, by the release rule (law 5).
//
//   tape ──▶ render into the transcript ──▶ Log::produce      Log::reports ──▶ release rule ──▶ acked
//              ▲                            produced                                └─ blocked ──▶ read back
//              │ the rest, in a new epoch                                                              │
//              └──────────── reopen ◀── the producer is dead, or a record of ours is missing ◀─────────┘
//
// Events go to the log in bursts: what has gathered goes at once, and what comes meanwhile waits until the burst is acked
// and `linger` has passed since it began. So a lone event waits for nobody, and many share a request.
//
// When the transcript or the log's queue is full it tries again in the next turn. If nothing is acked for
// long, whatever the cause, it stops the intake (Room::set_log_stalled). A dead producer is replaced in place
// (law 9): clients see a pause. When another engine has opened an epoch, or Kafka has lost records, the
// journal stops for good; state() says why.
//
// Thread: one worker; state(), reason(), the counters and the histogram from any.
// Invariants:
//   1. produced moves in tape order and never back: what is rendered anew was produced before.
//   2. acked moves only over events whose place in the log is known.
//   3. The event with `seq` of the current epoch has the tape index base_ + seq - 1.
//   4. The transcript's text of an acked event is the one that is valid on the topic.
//   5. Reports of a replaced producer are ignored. Nothing is allocated per event.
// Bounds: at most in_flight_max events between produced and acked; a turn takes at most
// limits::journal_batch events and as many reports. Reopenings without an event acked in between come at most
// every reopen_pause_max.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/codec/cloud_event.h"
#include "engine/ports.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/histogram.h"
#include "engine/runtime/metrics.h"
#include "engine/tape/release_rule.h"
#include "engine/tape/tape.h"
#include "engine/tape/transcript.h"

namespace journal {

class Journal final : public runtime::Agent {
 public:
  static constexpr std::size_t in_flight_max = (std::size_t{1} << 16) - 1;
  /// How long the offset of a delivered event may be unknown before the log is read back.
  static constexpr engine::Duration placeless_patience = std::chrono::milliseconds{5};
  /// Until the log is read back again, if that failed.
  static constexpr engine::Duration read_back_pause = std::chrono::milliseconds{100};
  /// A delivered event that so many read-backs have not found is missing.
  static constexpr int read_backs_in_vain_max = 50;
  /// The first reopening comes at once; without an event acked in between the next ones wait longer and
  /// longer.
  static constexpr engine::Duration reopen_pause_min = std::chrono::milliseconds{100};
  static constexpr engine::Duration reopen_pause_max = std::chrono::seconds{10};
  /// From any thread: since when the log has been stalled; 0: it is not. A moment old.
  engine::Time stalled_since() const {
    return engine::Time{stalled_since_ns_.load(std::memory_order_relaxed)};
  }
  /// The log is stalled once its oldest unacked event is so old, and until that is younger than the second.
  static constexpr engine::Duration stalled_after = std::chrono::seconds{10};
  static constexpr engine::Duration stalled_until = std::chrono::seconds{1};

  /// `epoch` is the offset of our EpochStarted. The tape is at its beginning. `linger` of zero: nothing gathers.
  Journal(tape::Tape& tape, tape::Transcript& transcript, engine::Log& log, const codec::CloudEvents& events,
          std::int64_t epoch, engine::Duration linger = {});

  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override;
  std::string_view name() const override { return "journal"; }

  enum class State : std::uint8_t {
    running,
    replaced,  // by a newer engine: exit 75
    log_lost,  // Kafka has lost what it acknowledged: exit 1
  };
  State state() const { return state_.load(std::memory_order_acquire); }  // pairs with stop()
  /// Why it has stopped: valid once state() is not running.
  std::string_view reason() const { return reason_; }

  void list(runtime::Metrics& metrics) const;
  const runtime::Counter& produced() const { return produced_; }
  const runtime::Counter& acked() const { return acked_; }
  const runtime::Counter& read_backs() const { return read_backs_; }
  const runtime::Counter& reopenings() const { return reopenings_; }
  /// From the first time an event was produced, so a reopening shows in it.
  const runtime::Histogram& ack_latency() const { return ack_latency_; }

 private:
  enum class Phase : std::uint8_t {
    open,
    pausing,    // the producer is given up; until ask_at_
    reopening,  // the log has been asked
  };

  void watch_log(runtime::Time now);
  bool gathers(runtime::Time now);
  bool awaits_linger() const;
  int produce(runtime::Time now);
  bool render_next();
  int take_reports();
  int release(runtime::Time now);
  void take_found(std::span<const tape::Offset> offsets, std::uint64_t after, runtime::Time now);
  int read_back(runtime::Time now);
  void take_read_back(const engine::Log::ReadBack& result, runtime::Time now);
  void give_up_producer(runtime::Time now);
  int reopen(runtime::Time now);
  void take_reopened(const engine::Log::Reopened& result, runtime::Time now);
  void begin_epoch(std::int64_t epoch);
  void stop_lost();
  void stop(State state, std::string reason);

  bool running() const { return state_.load(std::memory_order_relaxed) == State::running; }  // our own
  tape::Index index_of(std::uint64_t seq) const { return base_ + seq - 1; }
  std::int64_t& produced_at(std::uint64_t seq) { return produced_at_[index_of(seq) & in_flight_max]; }
  tape::Place released() const { return {rule_.acked_offset(), epoch_, rule_.acked()}; }
  std::string behind() const { return "behind offset " + std::to_string(rule_.acked_offset()); }

  tape::Tape& tape_;
  tape::Transcript& transcript_;
  engine::Log& log_;
  const codec::CloudEvents& events_;
  const engine::Duration linger_;

  // The epoch: all of it begins anew with a reopening.
  std::int64_t epoch_;
  tape::Index base_ = 0;  // the index of seq 1
  std::uint16_t generation_ = 0;
  tape::ReleaseRule rule_;
  std::uint64_t produced_seq_ = 0;         // given to the log
  std::vector<codec::Rendered> rendered_;  // those behind it that are in the transcript already
  std::uint64_t reported_seq_ = 0;         // the highest
  std::vector<std::int64_t> produced_at_;
  std::uint64_t burst_ = 0;  // the last seq of the burst that was begun last
  runtime::Time burst_at_{};

  bool reading_back_ = false;          // the log has been asked
  std::uint64_t read_back_after_ = 0;  // the seq that was released last when it was
  int read_backs_in_vain_ = 0;         // since an event was released
  std::uint64_t blocked_at_ = 0;       // the seq that ask_at_ is about
  runtime::Time ask_at_ = runtime::Time::never();
  Phase phase_ = Phase::open;
  engine::Duration reopen_pause_{};  // before the next one

  tape::Index oldest_ = 0;  // unacked, if it waits
  runtime::Time oldest_since_ = runtime::Time::never();
  bool stalled_ = false;  // as Room says to others
  std::atomic<std::int64_t> stalled_since_ns_{0};

  std::atomic<State> state_{State::running};
  std::string reason_;  // written before state_

  runtime::Counter produced_, acked_, read_backs_, reopenings_;
  runtime::Histogram ack_latency_;
};

}  // namespace journal
