// Looks at the topic every few seconds while the engine runs, so that a change (more partitions, the topic
// deleted) is reported at once and not only at the next start.
//
// Thread: start(), stop() and the destructor by the owner, and stop() blocks for a moment; missing() from
// any. Asks on a thread of its own, by a client of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "edge/kafka/client.h"
#include "edge/kafka/settings.h"
#include "edge/kafka/topic_shape.h"

namespace kafka {

/// What to say of a topic that has more than one.
std::string several_partitions(const std::string& topic, int partitions);

class TopicWatch {
 public:
  explicit TopicWatch(const Settings& settings, std::chrono::milliseconds pause = std::chrono::seconds{2});
  TopicWatch(const TopicWatch&) = delete;
  TopicWatch& operator=(const TopicWatch&) = delete;
  ~TopicWatch() { stop(); }

  /// Once started it goes on until it is stopped.
  void start();
  void stop();

  /// The brokers have said twice in a row that there is no such topic. Once is not enough: a broker that has
  /// just been started may not know it yet.
  bool missing() const { return missing_.load(std::memory_order_relaxed); }  // a hint: nothing hangs on it

 private:
  void run();
  void take(const TopicShape& shape);
  void say(int level, const std::string& line) const;

  const Settings& settings_;
  const Settings quiet_;  // does not log: the producer's client reports lost connections
  const std::chrono::milliseconds pause_;
  Client client_{quiet_};

  // --- The thread's.
  int partitions_told_ = 1;
  int missing_looks_ = 0;

  std::atomic<bool> missing_{false};
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace kafka
