// engine::Log on librdkafka: one idempotent producer for the one partition, with the settings that make the
// log trustworthy (acks=all, no timeout, no gaps). Any message that fails for good is fatal: the log would
// have a hole. Reading back happens on a thread of its own and is handed over when it is ready.
//
// Thread: start(), stop() and the destructor by the owner, and block; engine::Log's calls by the journal's
// worker only (before it runs, the opening's), and do not. librdkafka's threads signal `journal` when there
// are reports to take.
// Bounds: queue_messages and queue_bytes of the settings, reported or not.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "edge/kafka/client.h"
#include "edge/kafka/read_back.h"
#include "edge/kafka/settings.h"
#include "engine/ports.h"
#include "engine/runtime/parker.h"

namespace kafka {

class Producer final : public engine::Log {
 public:
  /// `journal` is the parker of the journal's worker; `type_prefix` as the events have it, to know them
  /// again.
  Producer(const Settings& settings, std::string type_prefix, runtime::Parker& journal);
  ~Producer() override;

  /// Creates the client, which connects in the background. Empty, or what is wrong with the settings (exit
  /// 78).
  std::string start();
  /// Ends at once, without waiting for what is still on its way: whoever drains has waited for the acks.
  void stop();

  bool produce(const Message& message) override;
  std::size_t reports(std::span<Report> out) override;
  /// The id of our EpochStarted, to know it again when reading back; before the first read_back().
  void opened_as(std::string opening_id) { opening_id_ = std::move(opening_id); }
  void read_back(const Place& released, std::uint64_t up_to) override;
  std::optional<ReadBack> read_back_result() override;
  std::string_view fatal_error() const override { return fatal_; }

  /// Messages given to librdkafka whose reports were not taken yet. Any thread, between start() and stop().
  std::size_t queue_length() const;

  const Settings& settings() const { return settings_; }
  const std::string& type_prefix() const { return type_prefix_; }
  Client& client() { return client_; }

 private:
  static void reports_there(rd_kafka_s* handle, void* self);
  void take_event();
  void fail(std::string_view text);

  const Settings& settings_;
  const std::string type_prefix_;
  runtime::Parker& journal_;
  Client client_;
  std::unique_ptr<rd_kafka_queue_s, DestroyQueue> queue_;
  std::unique_ptr<rd_kafka_topic_s, DestroyTopic> topic_;
  std::unique_ptr<rd_kafka_op_s, DestroyEvent> batch_;  // reports not yet taken
  ReadBackThread read_back_;
  std::string opening_id_;
  std::string fatal_;  // the journal's worker only
};

}  // namespace kafka
