#include "edge/kafka/topic_watch.h"

#include <librdkafka/rdkafka.h>
#include <sys/syslog.h>

#include <memory>

namespace kafka {
namespace {

constexpr engine::Duration patience = std::chrono::milliseconds{500};  // with one look: stop() waits for it
constexpr int looks_in_a_row = 2;

Settings quiet(Settings settings) {
  settings.log = nullptr;
  return settings;
}

}  // namespace

std::string several_partitions(const std::string& topic, int partitions) {
  return "topic \"" + topic + "\" has " + std::to_string(partitions) +
         " partitions: the engine writes to partition 0 and reads nothing but that; whatever else is written "
         "to the others is not seen";
}

TopicWatch::TopicWatch(const Settings& settings, std::chrono::milliseconds pause)
    : settings_(settings), quiet_(quiet(settings)), pause_(pause) {}

void TopicWatch::start() {
  if (thread_.joinable()) return;
  thread_ = std::thread([this] { run(); });
}

void TopicWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void TopicWatch::run() {
  // The producer's own settings were taken, so these are.
  if (!client_.create(Client::Role::consumer).ok()) return;
  const std::unique_ptr<rd_kafka_topic_s, DestroyTopic> topic(
      rd_kafka_topic_new(client_.handle(), settings_.topic.c_str(), nullptr));
  if (topic == nullptr) return;
  for (std::unique_lock lock(mutex_); !stopping_;
       stopped_.wait_for(lock, pause_, [this] { return stopping_; })) {
    lock.unlock();
    take(look_at(client_, topic.get(), patience));
    lock.lock();
  }
}

void TopicWatch::take(const TopicShape& shape) {
  using Existence = TopicShape::Existence;
  if (shape.existence == Existence::unknown) return;
  missing_looks_ = shape.existence == Existence::missing ? missing_looks_ + 1 : 0;
  const bool missing = missing_looks_ >= looks_in_a_row;
  if (missing != missing_.load(std::memory_order_relaxed)) {
    missing_.store(missing, std::memory_order_relaxed);
    say(missing ? LOG_ERR : LOG_NOTICE,
        "topic \"" + settings_.topic + "\" is " + (missing ? "gone: nothing can be written" : "there again"));
  }
  if (shape.existence != Existence::there || shape.partitions == partitions_told_) return;
  partitions_told_ = shape.partitions;
  if (partitions_told_ > 1) say(LOG_WARNING, several_partitions(settings_.topic, partitions_told_));
}

void TopicWatch::say(int level, const std::string& line) const {
  if (settings_.log) settings_.log(level, line);
}

}  // namespace kafka
