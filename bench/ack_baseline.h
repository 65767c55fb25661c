// What one plain `producev` costs here: the time from its intended moment to its delivery report, at the same
// rate and on the same broker as the engine's run, alternating with it. POST to 202 is judged by its ratio to
// this.
//
// One idempotent producer with acks=all, the engine's linger, Nagle off, one message of a typical event's
// size at a time into a topic of its own.
//
// Thread: the generator's only (besides librdkafka's own).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/runtime/histogram.h"

struct rd_kafka_s;
struct rd_kafka_message_s;

namespace bench {

struct AckBaselinePlan {
  std::string brokers;
  std::string topic = "bench-ack-baseline";
  double linger_ms = 0.5;
  std::vector<std::pair<std::string, std::string>> client;  // passed to librdkafka as is
};

class AckBaseline {
 public:
  AckBaseline();
  AckBaseline(const AckBaseline&) = delete;
  AckBaseline& operator=(const AckBaseline&) = delete;
  ~AckBaseline();

  // Creates the topic where it is missing, and the producer. What went wrong, when it did.
  std::optional<std::string> open(const AckBaselinePlan& plan);
  // Produces at the rate; reports of messages meant for the window are recorded. What went wrong, when it
  // did.
  std::optional<std::string> run(double rate, std::uint64_t burst, std::int64_t warmup_ns,
                                 std::int64_t window_ns, runtime::Histogram& acks);

 private:
  static void reported(rd_kafka_s* client, const rd_kafka_message_s* message, void* self);
  std::optional<std::string> create_topic();
  std::optional<std::string> produce(std::int64_t intended_ns);
  void wait(std::int64_t until_ns);

  AckBaselinePlan plan_;
  rd_kafka_s* client_ = nullptr;
  int wake_ = -1;  // eventfd: a report is there
  std::string payload_;
  runtime::Histogram* acks_ = nullptr;
  std::int64_t window_begin_ns_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t key_ = 0;
  std::string failure_;
};

}  // namespace bench
