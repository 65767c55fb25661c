// One librdkafka handle with our settings: the safe ones first, the user's `client` pairs last, as far
// as client_settings.h lets them. Remembers the last error of a broker, for a start that fails in words.
//
// Thread: create() and close() by the owner, and close() blocks; last_error() from any.
#pragma once

#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "edge/kafka/settings.h"
#include "engine/result.h"

// librdkafka's own, so that its header stays out of ours.
struct rd_kafka_s;
struct rd_kafka_queue_s;
struct rd_kafka_topic_s;
struct rd_kafka_op_s;

namespace kafka {

struct DestroyQueue {
  void operator()(rd_kafka_queue_s* queue) const;
};
struct DestroyTopic {
  void operator()(rd_kafka_topic_s* topic) const;
};
struct DestroyEvent {
  void operator()(rd_kafka_op_s* event) const;
};

class Client {
 public:
  enum class Role : std::uint8_t { producer, consumer };

  explicit Client(const Settings& settings) : settings_(settings) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(); }

  /// An error says what is wrong with the settings.
  engine::Result<> create(Role role);
  /// Drops what is still queued and waits for librdkafka's threads to end.
  void close();

  rd_kafka_s* handle() const { return handle_; }
  /// What a broker connection failed with last; empty when none did.
  std::string last_error() const;
  void note_error(std::string_view text);

  const Settings& settings() const { return settings_; }

 private:
  const Settings& settings_;
  rd_kafka_s* handle_ = nullptr;
  mutable std::mutex mutex_;
  std::string last_error_;  // under mutex_
};

}  // namespace kafka
