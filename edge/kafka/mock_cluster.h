// The embedded Kafka of --dev: librdkafka's mock cluster, one broker on 127.0.0.1 and a free port, with the
// topics in one partition each. For plumbing and the demo, never as proof: it has no fencing, no transactions and
// no admin calls.
// Bounds: keeps the newest 5 MiB of a partition and drops what is older.
// Thread: the owner's; serves its connections on librdkafka's.
#pragma once

#include <string>
#include <vector>

#include "engine/result.h"

struct rd_kafka_s;
struct rd_kafka_mock_cluster_s;

namespace kafka {

class MockCluster {
 public:
  MockCluster() = default;
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;
  ~MockCluster();

  engine::Result<> start(const std::vector<std::string>& topics);
  engine::Result<> start(const std::string& topic) { return start(std::vector{topic}); }
  /// host:port, for Settings::brokers.
  const std::string& brokers() const { return brokers_; }
  /// For tests that inject faults.
  rd_kafka_mock_cluster_s* handle() const { return cluster_; }

 private:
  rd_kafka_s* client_ = nullptr;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
  std::string brokers_;
};

}  // namespace kafka
