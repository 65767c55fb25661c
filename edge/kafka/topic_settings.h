// Judges the topic's own settings: which of them break a promise of the engine, and what to do about it.
// Pure.
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kafka {

struct Judgement {
  enum class Kind : std::uint8_t { good, warn, refuse };
  Kind kind = Kind::good;
  std::string text;
};

/// Of one setting, by Kafka's name for it. `replicas`: how many brokers have the partition.
Judgement judge_setting(std::string_view key, std::string_view value, int replicas);

/// Of the replication itself. `brokers`: how many there are.
Judgement judge_replicas(int replicas, int brokers);

}  // namespace kafka
