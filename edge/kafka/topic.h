// The topic's side of opening the log: is it there, has it the shape the engine needs, and if it is not
// there, create it.
// Thread: main's, which it blocks until the deadline, or until it is told to stop.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "edge/kafka/client.h"

namespace kafka {

using Deadline = std::chrono::steady_clock::time_point;

struct TopicCheck {
  enum class Outcome : std::uint8_t { good, unreachable, wrong };
  Outcome outcome = Outcome::unreachable;
  std::string text;
  int partitions = 0;  // when good
  std::vector<std::string> warnings;
};

/// One partition, never compacted, kept for ever: created so when it is missing, else checked. Whether more
/// partitions are bearable is not decided here.
TopicCheck prepare_topic(Client& client, Deadline deadline, const std::function<bool()>& told_to_stop);

}  // namespace kafka
