// Runs one blocking job at a time on a thread of its own, for those who may not block: a new thread for each,
// for such jobs are rare.
//
// Thread: all by the owner's; the job sees `stopping` soon after the destructor or stop() began to wait for
// it.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "engine/ensure.h"
#include "engine/runtime/parker.h"

namespace kafka {

class BlockingJob {
 public:
  using Job = std::function<void(const std::atomic<bool>& stopping)>;

  /// `asker` is signalled when a job is done.
  explicit BlockingJob(runtime::Parker& asker) : asker_(asker) {}
  BlockingJob(const BlockingJob&) = delete;
  BlockingJob& operator=(const BlockingJob&) = delete;
  ~BlockingJob() { stop(); }

  void start(Job job) {
    ENSURE(!stopping_.load(std::memory_order_relaxed));
    if (thread_.joinable()) thread_.join();  // it is done, so this does not wait
    thread_ = std::thread([this, job = std::move(job)] {
      job(stopping_);
      done_.store(true, std::memory_order_release);  // pairs with take_done()
      asker_.signal();
    });
  }
  /// True once for each job, when it is done: what it wrote may be read.
  bool take_done() {
    if (!done_.load(std::memory_order_acquire)) return false;  // pairs with the thread's store
    done_.store(false, std::memory_order_relaxed);             // the thread does not write it again
    return true;
  }
  /// For good; waits for the job under way.
  void stop() {
    stopping_.store(true, std::memory_order_relaxed);  // a hint to leave; the join hands over the rest
    if (thread_.joinable()) thread_.join();
  }

 private:
  runtime::Parker& asker_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace kafka
