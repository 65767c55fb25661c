// The lease `saga:owner`, "<engine> <topic>": which engine owns which topic. Whoever has it renews it;
// another engine that starts sees it and waits as a standby until it is given back, or has run out because
// nobody renews it any more.
//
//   take() ─┬─▶ ours ──▶ keep(): a thread renews it ─┬─▶ release()
//     ▲     │                                        └─▶ another engine has taken it: lost(), for good
//     │     └─▶ other ─▶ look(), again and again ──┐
//     └───────────── nobody for `grace` ◀──────────┘
//
// Nothing depends on it for safety: a pause can break any lease, and an engine that has been replaced learns
// that from its own acks (architecture.md, law 5). An engine that finds another's name in the lease stops
// renewing it, for good. Two engines of different topics must not share a Redis, so there is no waiting for
// the other. A lease without a topic was written by an older version, and counts as one of our topic.
//
// Thread: the owner's, which blocks for at most `patience` a step; keep() starts one of its own.
// Invariants: only a lease that is ours is ever renewed or removed.
// Bounds: one connection.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "edge/redis/session.h"
#include "edge/redis/url.h"

namespace redis {

inline constexpr std::string_view owner_key = "saga:owner";

class Lease {
 public:
  static constexpr std::chrono::milliseconds lease{4000};
  static constexpr std::chrono::milliseconds renewal{500};
  static constexpr std::chrono::seconds patience{1};
  /// How long a standby waits before it takes a lease that has gone. Redis may have lost it, or refused
  /// writes for a while; then its owner takes it again within this time.
  static constexpr std::chrono::milliseconds grace{1000};

  /// `lost` is told, on the thread of keep(), which engine has taken the lease from us.
  Lease(Url url, std::string engine, std::string topic, std::function<void(std::string_view other)> lost);
  ~Lease() { release(); }

  enum class Holder : std::uint8_t { ours, other, other_topic, nobody, unknown };
  /// Whose it is.
  Holder look();
  /// Takes it if nobody has it.
  Holder take();
  /// Takes it from whoever has it, unless that is an engine of another topic.
  Holder seize();
  /// Who has it, after Holder::other and other_topic.
  const std::string& other() const { return other_; }
  /// And of which topic, after other_topic.
  const std::string& topic() const { return other_topic_; }
  /// After Holder::unknown.
  const std::string& error() const { return session_.error(); }

  /// It is ours: renews it from now on.
  void keep();
  /// From any thread: another engine has taken it from us, and we have given way.
  bool lost() const {
    return gave_way_.load(std::memory_order_relaxed);
  }  // a moment old is fine: it is comfort
  /// Gives it back, if it is still ours. Harmless when it never was.
  void release();

 private:
  bool connected();
  Holder whose(const redisReply* reply);
  void renew();
  bool told_to_stop();

  const Url url_;
  const std::string topic_;
  const std::string value_;  // of the lease, while it is ours
  const std::function<void(std::string_view)> lost_;

  Session session_;  // of whoever calls, and of the thread while there is one
  std::string other_, other_topic_;
  bool ours_ = false;
  std::atomic<bool> gave_way_{false};

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;  // under the mutex
};

}  // namespace redis
