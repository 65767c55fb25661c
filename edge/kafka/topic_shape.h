// What the brokers say of the topic: is it there, and how many partitions has it. One of them is the
// engine's: partition 0.
// Thread: any that may block.
#pragma once

#include <cstdint>

#include "edge/kafka/client.h"
#include "engine/time.h"

namespace kafka {

/// The partition of the topic that everything is written to and read from.
inline constexpr std::int32_t partition = 0;

struct TopicShape {
  enum class Existence : std::uint8_t {
    there,
    missing,
    forbidden,
    unknown,  // no answer
  };
  Existence existence = Existence::unknown;
  int partitions = 0;
  int brokers = 0;
  int replicas = 0;
  bool led = false;  // partition 0 has a leader
};

/// Asks, and waits for the answer this long.
TopicShape look_at(Client& client, rd_kafka_topic_s* topic, engine::Duration wait);

}  // namespace kafka
