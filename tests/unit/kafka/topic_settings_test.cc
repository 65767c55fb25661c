#include "edge/kafka/topic_settings.h"

#include "tests/catch.h"

using kafka::judge_replicas;
using kafka::judge_setting;
using Kind = kafka::Judgement::Kind;

TEST_CASE("settings of a topic that break a promise are refused") {
  CHECK(judge_setting("cleanup.policy", "compact", 3).kind == Kind::refuse);
  CHECK(judge_setting("cleanup.policy", "compact,delete", 3).kind == Kind::refuse);
  CHECK(judge_setting("min.insync.replicas", "4", 3).kind == Kind::refuse);
  CHECK(judge_setting("min.insync.replicas", "2", 1).kind == Kind::refuse);
  CHECK(judge_setting("max.message.bytes", "100000", 3).kind == Kind::refuse);
}

TEST_CASE("settings of a topic that may break a promise are warned about") {
  CHECK(judge_setting("retention.ms", "604800000", 3).kind == Kind::warn);
  CHECK(judge_setting("retention.bytes", "0", 3).kind == Kind::warn);
  CHECK(judge_setting("min.insync.replicas", "1", 3).kind == Kind::warn);
  CHECK(judge_setting("min.insync.replicas", "1", 2).kind == Kind::warn);
  CHECK(judge_setting("unclean.leader.election.enable", "true", 3).kind == Kind::warn);
  CHECK(judge_replicas(1, 3).kind == Kind::warn);
}

TEST_CASE("what the engine creates itself, and Kafka's own defaults besides, are good") {
  CHECK(judge_setting("cleanup.policy", "delete", 3).kind == Kind::good);
  CHECK(judge_setting("retention.ms", "-1", 3).kind == Kind::good);
  CHECK(judge_setting("min.insync.replicas", "2", 3).kind == Kind::good);
  CHECK(judge_setting("min.insync.replicas", "1", 1).kind == Kind::good);
  CHECK(judge_setting("max.message.bytes", "1048588", 3).kind == Kind::good);
  CHECK(judge_setting("unclean.leader.election.enable", "false", 3).kind == Kind::good);
  CHECK(judge_replicas(3, 3).kind == Kind::good);
  CHECK(judge_replicas(1, 1).kind == Kind::good);
}

TEST_CASE("a judgement names the setting and its value") {
  CHECK(judge_setting("retention.ms", "604800000", 3).text.starts_with("retention.ms=604800000: "));
}
