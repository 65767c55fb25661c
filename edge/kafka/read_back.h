// Reads the log back on a thread of its own: where the events stand that were given to Kafka after the last
// released one. A new thread and client for each question, for questions are rare.
// Thread: ask() and take() by the journal's worker; the destructor by the owner, and blocks for a moment.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "edge/kafka/settings.h"
#include "engine/ports.h"
#include "engine/runtime/parker.h"

namespace kafka {

class ReadBackThread {
 public:
  /// `asker` is signalled when an answer is there.
  ReadBackThread(const Settings& settings, std::string type_prefix, runtime::Parker& asker);
  ~ReadBackThread();

  void ask(const engine::Log::Place& released, std::uint64_t up_to);
  std::optional<engine::Log::ReadBack> take();

 private:
  engine::Log::ReadBack read(const engine::Log::Place& released, std::uint64_t up_to);

  const Settings& settings_;
  const std::string type_prefix_;
  runtime::Parker& asker_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> answered_{false};
  engine::Log::ReadBack answer_;       // the thread's until answered_
  std::vector<tape::Offset> offsets_;  // what answer_ points at
};

}  // namespace kafka
