// What the Kafka edge is told by configuration: where the topic is, and how it is written to.
// Constant after construction.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/time.h"

namespace kafka {

struct Settings {
  std::string brokers{};
  std::string topic = "orders";
  /// Passed to librdkafka as they are, last; those that would break a promise of the log are refused.
  std::vector<std::pair<std::string, std::string>> client{};
  /// How long the opening as a whole may take.
  engine::Duration start_deadline = std::chrono::seconds{30};
  /// librdkafka's. While messages linger, its thread polls without a pause (2.0.2), so the engine gathers them itself.
  engine::Duration linger{};
  int in_flight = 1;  // produce requests on their way at once, 1 to 5
  std::size_t queue_bytes = std::size_t{16} << 20;
  std::size_t queue_messages = std::size_t{1} << 16;
  /// The embedded mock cluster: it has no admin calls, and its topic is there already.
  bool embedded = false;
  /// Lines of librdkafka's own, level as in syslog. Called from any thread; may be empty.
  std::function<void(int level, std::string_view line)> log{};
};

}  // namespace kafka
