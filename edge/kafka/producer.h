// engine::Log on librdkafka: one connection after another, each in an epoch of its own (law 9). Whatever
// blocks runs on a helper thread: reading the log back, and a reopening as a whole:
//
//   end the old connection ─▶ new one ─▶ EpochStarted with `after`, acked ─▶ read up to it ─▶ result
//
// Thread: start(), stop() and the destructor by the owner, and block; engine::Log's calls by the journal's
// worker only (before it runs, the opening's), and do not. `journal` is signalled when there are reports or
// an answer to take.
// Bounds: queue_messages and queue_bytes of the settings, reported or not.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/kafka/blocking_job.h"
#include "edge/kafka/connection.h"
#include "edge/kafka/read_log.h"
#include "edge/kafka/settings.h"
#include "engine/codec/cloud_event.h"
#include "engine/ports.h"
#include "engine/result.h"
#include "engine/runtime/parker.h"
#include "engine/runtime/wall_clock.h"

namespace kafka {

class Producer final : public engine::Log {
 public:
  /// `journal` is the parker of the journal's worker, `wall` what EpochStarted shows.
  Producer(const Settings& settings, runtime::Parker& journal, const runtime::WallClock& wall);
  ~Producer() override;

  /// Creates the client, which connects in the background. An error says what is wrong with the settings
  /// (exit 78).
  engine::Result<> start();
  /// Ends at once, without waiting for what is still on its way: whoever drains has waited for the acks.
  void stop();
  /// The log was opened by an EpochStarted of ours with this id, from this engine; before the journal runs.
  /// `events` renders those of reopenings, too.
  void opened_as(const codec::CloudEvents& events, std::string opening_id, std::string engine_id);

  bool produce(const Message& message) override { return connection_->produce(message); }
  std::size_t reports(std::span<Report> out) override { return connection_->reports(out); }
  std::string_view fatal_error() const override { return connection_->fatal_error(); }
  void read_back(const Place& released, std::uint64_t up_to) override;
  std::optional<ReadBack> read_back_result() override;
  void reopen(const Place& released, engine::Time now) override;
  std::optional<Reopened> reopen_result() override;

  const Settings& settings() const { return settings_; }
  /// Not while a reopening is under way: until its result that is the helper thread's.
  Connection& connection() { return *connection_; }
  Client& client() { return connection_->client(); }

 private:
  Reopened open_next(const Place& released, engine::Time shown, const std::atomic<bool>& stopping);
  void log(int level, const std::string& line) const;

  const Settings& settings_;
  runtime::Parker& journal_;
  const runtime::WallClock& wall_;
  const codec::CloudEvents* events_ = nullptr;
  std::string engine_id_;
  std::string opening_id_;  // of the epoch that is open

  // The helper thread's while it has a job.
  std::unique_ptr<Connection> connection_;
  std::string next_opening_id_;        // of the reopening under way, through all its tries; else empty
  std::vector<tape::Offset> offsets_;  // what an answer points at
  ReadBack read_back_;
  Reopened reopened_;
  std::string obstacle_;  // why a reopening failed

  BlockingJob job_;  // last: it ends first
};

}  // namespace kafka
