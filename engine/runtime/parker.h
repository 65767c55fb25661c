// How a worker sleeps, and how others wake it: one word a worker.
//
//   worker                                    anybody else
//   ------                                    ------------
//   prepare():  word = parked   (RMW)         make the work visible (push, publish, move a cursor)
//   run all agents once more                  signal():  word = awake  (RMW); was it parked? then wake()
//   all returned 0: park()
//
// Memory order: both sides do a read-modify-write on the same word, and those are in one total order. Either
// the signal comes second and finds `parked`: it wakes. Or it comes first: the worker's own exchange reads
// from it and so sees the work in its last run. No wake-up is lost, and no fence is needed
// (tests/stress/parker_stress.cc). A signal to the worker one is running on is free: that worker is awake.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/time.h"

namespace runtime {

class Parker {
 public:
  Parker() = default;
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;
  virtual ~Parker() = default;

  /// From any thread, after the work was made visible.
  void signal();

  // The owning worker only.
  void attach() { current_ = this; }
  void prepare() { word_.exchange(parked, std::memory_order_acq_rel); }
  void cancel() {
    word_.store(awake, std::memory_order_relaxed);
  }  // a signal that comes late finds a running worker
  /// Sleeps until signalled or for `max`, whichever is first; may also return early.
  void park(engine::Duration max);

 protected:
  static constexpr std::uint32_t awake = 0;
  static constexpr std::uint32_t parked = 1;

  /// Blocks while word() is `parked`, at most `max`.
  virtual void sleep(engine::Duration max) = 0;
  /// Ends a sleep; called by the signalling thread.
  virtual void wake() = 0;
  std::atomic<std::uint32_t>& word() { return word_; }

 private:
  static constinit thread_local Parker* current_;
  alignas(64) std::atomic<std::uint32_t> word_{awake};
};

/// Sleeps on a futex. (The reactor has its own parker: it sleeps in epoll_wait.)
class FutexParker final : public Parker {
 protected:
  void sleep(engine::Duration max) override;
  void wake() override;
};

}  // namespace runtime
