// Reads the log back on a thread of its own: where the events stand that were given to Kafka after the last
// released one. A new thread and client for each question, for questions are rare.
//
// Thread: ask() and take() by the journal's worker; the destructor by the owner, which it blocks for a
// moment.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "edge/kafka/settings.h"
#include "engine/ports.h"
#include "engine/runtime/parker.h"
#include "engine/tape/reader_rule.h"

namespace kafka {

/// The reader rule applied to what lies behind a released record of ours. Pure.
class ReadBackRule {
 public:
  /// `opening_id` is that of our EpochStarted: a copy of it opens nothing.
  ReadBackRule(const tape::Place& released, std::uint64_t up_to, std::string opening_id,
               std::vector<tape::Offset>& offsets);

  /// Each record from the released one on, in offset order; true when there is nothing more to learn.
  bool read(const tape::Heading& heading);

  /// The partition ended, or could not be read on.
  engine::Log::ReadBack answer() const;

 private:
  const tape::Place released_;
  const std::uint64_t up_to_;
  const std::string opening_id_;
  std::vector<tape::Offset>& offsets_;
  tape::ReaderRule rule_;
  bool first_ = true;
  engine::Log::ReadBack answer_;
};

class ReadBackThread {
 public:
  /// `asker` is signalled when an answer is there.
  ReadBackThread(const Settings& settings, std::string type_prefix, runtime::Parker& asker);
  ~ReadBackThread();

  void ask(const tape::Place& released, std::uint64_t up_to, const std::string& opening_id);
  std::optional<engine::Log::ReadBack> take();

 private:
  engine::Log::ReadBack read(const tape::Place& released, std::uint64_t up_to, const std::string& opening_id);

  const Settings& settings_;
  const std::string type_prefix_;
  runtime::Parker& asker_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> answered_{false};
  engine::Log::ReadBack answer_;       // the thread's until answered_
  std::vector<tape::Offset> offsets_;  // what answer_ points at
  std::thread thread_;
};

}  // namespace kafka
