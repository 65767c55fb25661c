#include "engine/runtime/worker.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <utility>

namespace runtime {
namespace {

/// Tells the CPU that this is a wait.
void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

}  // namespace

Worker::Worker(std::string name, std::optional<int> cpu, Idle idle, const Clock& clock, Parker& parker,
               std::vector<Agent*> agents)
    : name_(std::move(name)),
      cpu_(cpu),
      idle_(idle),
      clock_(clock),
      parker_(parker),
      agents_(std::move(agents)) {}

Worker::~Worker() { stop(); }

void Worker::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), name_.substr(0, 15).c_str());  // the kernel keeps 15 characters
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_relaxed);  // the signal below orders it before the last run
  parker_.signal();
  thread_.join();
}

void Worker::run() {
  if (cpu_) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(*cpu_), &set);
    // A CPU may have been taken from this process since the configuration was checked: only speed is lost
    // only.
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
  }
  parker_.attach();
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (turn() == 0) idle();
  }
}

int Worker::turn() {
  const Time now = clock_.now();
  int work = 0;
  for (Agent* agent : agents_) work += agent->do_work(now);
  return work;
}

void Worker::idle() {
  switch (idle_) {
    case Idle::spin:
      relax();
      return;
    case Idle::yield:
      sched_yield();
      return;
    case Idle::automatic:
    case Idle::park:
      break;
  }
  parker_.prepare();
  if (turn() != 0 || stopping_.load(std::memory_order_relaxed)) {
    parker_.cancel();
    return;
  }
  parker_.park(next_deadline() - clock_.now());
}

Time Worker::next_deadline() const {
  Time next = Time::never();
  for (const Agent* agent : agents_) next = std::min(next, agent->next_deadline());
  return next;
}

}  // namespace runtime
