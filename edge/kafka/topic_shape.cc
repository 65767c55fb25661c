#include "edge/kafka/topic_shape.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>

namespace kafka {
namespace {

using Existence = TopicShape::Existence;

struct Destroy {
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};

Existence existence_by(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return Existence::there;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return Existence::missing;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return Existence::forbidden;
    default:
      return Existence::unknown;
  }
}

}  // namespace

TopicShape look_at(Client& client, rd_kafka_topic_s* topic, engine::Duration wait) {
  TopicShape shape;
  const rd_kafka_metadata_t* raw = nullptr;
  const auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client.handle(), 0, topic, &raw, static_cast<int>(wait_ms));
  shape.existence = existence_by(error);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return shape;
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy> metadata(raw);
  shape.brokers = metadata->broker_cnt;
  if (metadata->topic_cnt != 1) {
    shape.existence = Existence::missing;
    return shape;
  }
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  shape.existence = existence_by(found.err);
  shape.partitions = found.partition_cnt;
  for (int i = 0; i < found.partition_cnt; ++i) {
    if (found.partitions[i].id != partition) continue;
    shape.replicas = found.partitions[i].replica_cnt;
    shape.led = found.partitions[i].leader >= 0;
  }
  return shape;
}

}  // namespace kafka
