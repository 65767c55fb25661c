#include "edge/kafka/topic.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "edge/kafka/topic_settings.h"
#include "edge/kafka/topic_shape.h"

namespace kafka {
namespace {

using Outcome = TopicCheck::Outcome;
using Existence = TopicShape::Existence;

constexpr std::chrono::milliseconds pause{100};  // between two attempts

struct Destroy {
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
  void operator()(rd_kafka_ConfigResource_t* resource) const { rd_kafka_ConfigResource_destroy(resource); }
  void operator()(rd_kafka_AdminOptions_t* options) const { rd_kafka_AdminOptions_destroy(options); }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;
using Queue = std::unique_ptr<rd_kafka_queue_s, DestroyQueue>;
using Event = std::unique_ptr<rd_kafka_op_s, DestroyEvent>;

int milliseconds_left(Deadline deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return static_cast<int>(
      std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(left).count(), 0));
}

Event await(const Queue& queue, Deadline deadline) {
  return Event(rd_kafka_queue_poll(queue.get(), milliseconds_left(deadline)));
}

engine::Result<> create(Client& client, int brokers, Deadline deadline) {
  const int replicas = std::min(brokers, 3);
  // With three replicas two must have a record before it counts; with fewer, one failure would stop us.
  const std::string in_sync = replicas >= 3 ? "2" : "1";
  std::array<char, 512> error{};
  const Owned<rd_kafka_NewTopic_t> topic(
      rd_kafka_NewTopic_new(client.settings().topic.c_str(), 1, replicas, error.data(), error.size()));
  if (topic == nullptr) return std::string(error.data());
  rd_kafka_NewTopic_set_config(topic.get(), "cleanup.policy", "delete");
  rd_kafka_NewTopic_set_config(topic.get(), "retention.ms", "-1");
  rd_kafka_NewTopic_set_config(topic.get(), "retention.bytes", "-1");
  rd_kafka_NewTopic_set_config(topic.get(), "min.insync.replicas", in_sync.c_str());

  const Queue queue(rd_kafka_queue_new(client.handle()));
  rd_kafka_NewTopic_t* topics[] = {topic.get()};
  rd_kafka_CreateTopics(client.handle(), topics, 1, nullptr, queue.get());
  const Event event = await(queue, deadline);
  if (event == nullptr) return "no answer in time";
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return rd_kafka_event_error_string(event.get());
  }
  std::size_t count = 0;
  const rd_kafka_topic_result_t** const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  const rd_kafka_resp_err_t result =
      count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR__FAIL;
  if (result == RD_KAFKA_RESP_ERR_NO_ERROR || result == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return {};
  return count == 1 && rd_kafka_topic_result_error_string(results[0]) != nullptr
             ? rd_kafka_topic_result_error_string(results[0])
             : rd_kafka_err2str(result);
}

void take(Judgement judgement, const std::string& topic, TopicCheck& check) {
  std::string text = "topic \"" + topic + "\" has " + std::move(judgement.text);
  switch (judgement.kind) {
    case Judgement::Kind::warn:
      check.warnings.push_back(std::move(text));
      return;
    case Judgement::Kind::refuse:
      check.outcome = Outcome::wrong;
      check.text = std::move(text);
      return;
    default:
      return;
  }
}

void check_settings(Client& client, const TopicShape& shape, Deadline deadline, TopicCheck& check) {
  const std::string& name = client.settings().topic;
  const Owned<rd_kafka_ConfigResource_t> resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
  const Queue queue(rd_kafka_queue_new(client.handle()));
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  rd_kafka_DescribeConfigs(client.handle(), resources, 1, nullptr, queue.get());
  const Event event = await(queue, deadline);
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** const answers =
      event != nullptr && rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR
          ? rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()),
                                                      &count)
          : nullptr;
  if (count != 1 || rd_kafka_ConfigResource_error(answers[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    check.warnings.push_back(
        "the settings of topic \"" + name +
        "\" could not be read; it must not be compacted, nor trimmed below the checkpoint");
    return;
  }
  std::size_t entries_count = 0;
  const rd_kafka_ConfigEntry_t** const entries = rd_kafka_ConfigResource_configs(answers[0], &entries_count);
  for (std::size_t i = 0; i < entries_count; ++i) {
    const char* const value_text = rd_kafka_ConfigEntry_value(entries[i]);
    const std::string_view key = rd_kafka_ConfigEntry_name(entries[i]);
    const std::string_view value = value_text != nullptr ? value_text : "";
    take(judge_setting(key, value, shape.replicas), name, check);
  }
  take(judge_replicas(shape.replicas, shape.brokers), name, check);
}

std::string unreachable(const Client& client) {
  std::string text = "Kafka at " + client.settings().brokers + " could not be reached in time";
  if (const std::string error = client.last_error(); !error.empty()) text += ": " + error;
  return text;
}

/// The first broker has answered, so what could not be reached since is an address that it has named.
std::string not_created(const Client& client, const std::string& why) {
  std::string text = "topic \"" + client.settings().topic + "\" is missing and could not be created: " + why;
  if (const std::string error = client.last_error(); !error.empty()) {
    text += ". The brokers at " + client.settings().brokers +
            " advertise an address that cannot be reached from here (advertised.listeners): " + error;
  }
  return text;
}

}  // namespace

TopicCheck prepare_topic(Client& client, Deadline deadline, const std::function<bool()>& told_to_stop) {
  TopicCheck check;
  const Settings& settings = client.settings();
  const std::unique_ptr<rd_kafka_topic_s, DestroyTopic> topic(
      rd_kafka_topic_new(client.handle(), settings.topic.c_str(), nullptr));
  std::string obstacle;  // why it could not be created
  bool created = false;
  while (milliseconds_left(deadline) > 0 && !told_to_stop()) {
    const TopicShape shape =
        look_at(client, topic.get(), std::chrono::milliseconds{std::min(milliseconds_left(deadline), 1000)});
    if (shape.existence == Existence::missing && !settings.embedded && !created) {
      auto creation = create(client, shape.brokers, deadline);
      created = creation.ok();
      if (created) continue;  // it shows up in a moment
      obstacle = std::move(creation).error();
    }
    if (shape.existence == Existence::forbidden) {
      check.text = "Kafka does not let this user see topic \"" + settings.topic + "\"";
      return check;
    }
    if (shape.existence == Existence::there && shape.led) {
      check.outcome = Outcome::good;
      check.partitions = shape.partitions;
      if (!settings.embedded) check_settings(client, shape, deadline, check);
      return check;
    }
    std::this_thread::sleep_for(
        std::min<std::chrono::milliseconds>(pause, std::chrono::milliseconds{milliseconds_left(deadline)}));
  }
  check.text = obstacle.empty() || created ? unreachable(client) : not_created(client, obstacle);
  return check;
}

}  // namespace kafka
