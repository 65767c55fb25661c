#include "edge/kafka/topic_settings.h"

#include <charconv>

#include "engine/limits.h"

namespace kafka {
namespace {

using Kind = Judgement::Kind;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string setting(std::string_view key, std::string_view value) {
  return std::string{key} + "=" + std::string{value} + ": ";
}

}  // namespace

Judgement judge_setting(std::string_view key, std::string_view value, int replicas) {
  if (key == "cleanup.policy" && value.find("compact") != std::string_view::npos) {
    return {Kind::refuse,
            setting(key, value) +
                "compaction removes events that orders are made of. Set cleanup.policy=delete, or "
                "name another topic in kafka.topic"};
  }
  if ((key == "retention.ms" || key == "retention.bytes") && number(value) >= 0) {
    return {Kind::warn,
            setting(key, value) +
                "state that Redis loses can only be rebuilt from what the topic still has. Set it to -1, or "
                "see to it that Redis is kept"};
  }
  if (key == "min.insync.replicas" && number(value) > replicas) {
    return {Kind::refuse, setting(key, value) + "with " + std::to_string(replicas) +
                              " replicas no event would ever be acknowledged. Lower it, or add replicas"};
  }
  if (key == "min.insync.replicas" && number(value) == 1 && replicas >= 2) {
    return {Kind::warn,
            setting(key, value) +
                "an acknowledged event may lie on one broker only, and be lost with it. Set it to 2"};
  }
  if (key == "unclean.leader.election.enable" && value == "true") {
    return {Kind::warn,
            setting(key, value) +
                "a broker that lacks acknowledged events may become the leader, and they are lost. Set it "
                "to false"};
  }
  if (key == "max.message.bytes" &&
      number(value) < static_cast<std::int64_t>(engine::limits::event_bytes_max)) {
    return {Kind::refuse,
            setting(key, value) + "an event may have up to " +
                std::to_string(engine::limits::event_bytes_max) +
                " bytes, and one that is refused stops everything behind it. Set it to 1048588"};
  }
  return {};
}

Judgement judge_replicas(int replicas, int brokers) {
  if (replicas >= 2 || brokers < 2) return {};  // a lone broker is no oversight
  return {Kind::warn, "one replica, and there are " + std::to_string(brokers) +
                          " brokers: acknowledged events are lost with the disk of one. Add replicas"};
}

}  // namespace kafka
