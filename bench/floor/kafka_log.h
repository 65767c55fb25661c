// The bare loop's producer: librdkafka with the engine's settings and headers, delivery reports off its event queue,
// told of through an eventfd. A message that fails ends the program.
//
// Thread: the loop's.
#pragma once

#include <memory>
#include <string_view>

#include "edge/kafka/client.h"
#include "engine/codec/cloud_event.h"

namespace bare {

class KafkaLog {
 public:
  explicit KafkaLog(const kafka::Settings& settings);
  ~KafkaLog();
  KafkaLog(const KafkaLog&) = delete;
  KafkaLog& operator=(const KafkaLog&) = delete;

  /// Connects, and writes one message so that the first order finds it warm. False: it could not.
  bool start();
  void produce(const codec::CloudEvents& events, const codec::Rendered& event, void* opaque);
  /// Calls reported(opaque, offset) for each acknowledged message, in their order.
  template <class Reported>
  void reports(const Reported& reported) {
    while (next_batch())
      while (next_report()) reported(opaque_, offset_);
  }
  /// Readable when there are reports.
  int descriptor() const { return eventfd_; }

 private:
  bool next_batch();
  bool next_report();
  void send(std::string_view key, std::string_view value, const codec::RecordHeaders& headers, void* opaque);

  const kafka::Settings& settings_;
  kafka::Client client_;
  std::unique_ptr<rd_kafka_topic_s, kafka::DestroyTopic> topic_;
  std::unique_ptr<rd_kafka_queue_s, kafka::DestroyQueue> queue_;
  std::unique_ptr<rd_kafka_op_s, kafka::DestroyEvent> batch_;
  int eventfd_;
  void* opaque_ = nullptr;  // of the last report
  std::int64_t offset_ = 0;
};

}  // namespace bare
