// A worker: one named thread, pinned to a CPU if told so, that runs one or more agents in turn and idles in
// between. One turn reads the clock once and calls every agent's do_work. Only when all returned 0 it idles:
//   spin   ask again at once: lowest latency, burns its CPU
//   yield  the same, letting others run first
//   park   raise the flag, run all agents once more, sleep until signalled or until the next deadline
//          (parker.h)
//   automatic  what suits any machine: park
// Thread: start, stop and join from the owner; everything else happens on the worker's own thread.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/runtime/agent.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/parker.h"

namespace runtime {

enum class Idle : std::uint8_t { automatic, spin, yield, park };

class Worker {
 public:
  Worker(std::string name, std::optional<int> cpu, Idle idle, const Clock& clock, Parker& parker,
         std::vector<Agent*> agents);
  ~Worker();

  void start();
  /// Asks the thread to end after its current turn and waits for it.
  void stop();

  const std::string& name() const { return name_; }

 private:
  void run();
  int turn();
  void idle();
  Time next_deadline() const;

  const std::string name_;
  const std::optional<int> cpu_;
  const Idle idle_;
  const Clock& clock_;
  Parker& parker_;
  const std::vector<Agent*> agents_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace runtime
