// One idempotent librdkafka producer for the one partition, with the settings that make the log trustworthy
// (acks=all, no timeout, no gaps). Any message that fails for good is fatal: the log would have a hole. Once
// it is fatal it stays so; Producer replaces it by another.
//
// Thread: start(), the destructor (both by the owner) block for a moment; the rest by one thread at a time,
// and does not. librdkafka's threads signal `waiting` when there are reports to take.
// Bounds: queue_messages and queue_bytes of the settings, reported or not.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "edge/kafka/client.h"
#include "edge/kafka/settings.h"
#include "engine/codec/cloud_event.h"
#include "engine/ports.h"
#include "engine/result.h"
#include "engine/runtime/parker.h"

namespace kafka {

class Connection {
 public:
  Connection(const Settings& settings, runtime::Parker& waiting);
  /// Ends at once, without waiting for what is still on its way.
  ~Connection();

  /// Creates the client, which connects in the background. An error says what is wrong with the settings.
  engine::Result<> start();

  bool produce(const engine::Log::Message& message);
  std::size_t reports(std::span<engine::Log::Report> out);
  const std::string& fatal_error() const { return fatal_; }

  Client& client() { return client_; }

 private:
  static void reports_there(rd_kafka_s* handle, void* self);
  void take_event();
  void fail(std::string_view text);

  const Settings& settings_;
  runtime::Parker& waiting_;
  Client client_;  // outlives what hangs on its handle
  std::unique_ptr<rd_kafka_topic_s, DestroyTopic> topic_;
  std::unique_ptr<rd_kafka_queue_s, DestroyQueue> queue_;
  std::unique_ptr<rd_kafka_op_s, DestroyEvent> batch_;  // reports not yet taken
  std::string fatal_;
};

/// Produces EpochStarted as the connection's first message and waits until it is acknowledged, it fails for
/// good, or `go_on` says no: true when it was. Its offset is not to be trusted: the epoch is learned by
/// reading. Blocks.
bool announce(Connection& connection, const codec::CloudEvents& events,
              const codec::CloudEvents::Opening& opening, const std::function<bool()>& go_on);

}  // namespace kafka
