#include "edge/kafka/mock_cluster.h"

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

#include <array>

namespace kafka {

engine::Result<> MockCluster::start(const std::vector<std::string>& topics) {
  std::array<char, 512> error{};
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  // The handle only carries the mock and its thread; it connects to nothing, and has nothing to say.
  rd_kafka_conf_set_log_cb(conf, nullptr);
  rd_kafka_conf_set(conf, "client.id", "saga-mock", error.data(), error.size());
  client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
  if (client_ == nullptr) {
    rd_kafka_conf_destroy(conf);
    return "the embedded Kafka: " + std::string{error.data()};
  }
  cluster_ = rd_kafka_mock_cluster_new(client_, 1);
  if (cluster_ == nullptr) return "the embedded Kafka: its broker could not listen on 127.0.0.1";
  for (const std::string& topic : topics) {
    const rd_kafka_resp_err_t created = rd_kafka_mock_topic_create(cluster_, topic.c_str(), 1, 1);
    if (created != RD_KAFKA_RESP_ERR_NO_ERROR)
      return "the embedded Kafka: topic \"" + topic + "\": " + rd_kafka_err2str(created);
  }
  brokers_ = rd_kafka_mock_cluster_bootstraps(cluster_);
  return {};
}

MockCluster::~MockCluster() {
  if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
  if (client_ != nullptr) rd_kafka_destroy(client_);
}

}  // namespace kafka
