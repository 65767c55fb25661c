#include "edge/redis/lease.h"

#include <hiredis/hiredis.h>

#include <utility>

namespace redis {
namespace {

// One script each, so that nobody else writes between the read and the write. A Redis that is out of memory
// still takes PEXPIRE, though not SET: an owner can renew its lease.
constexpr std::string_view take_script = R"lua(
local owner = redis.call('GET', KEYS[1])
if not owner then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
elseif owner == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return owner or ARGV[1]
)lua";

constexpr std::string_view release_script = R"lua(
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
)lua";

std::string lease_ms() { return std::to_string(Lease::lease.count()); }

}  // namespace

Lease::Lease(Url url, std::string engine, std::string topic, std::function<void(std::string_view other)> lost)
    : url_(std::move(url)),
      topic_(std::move(topic)),
      value_(std::move(engine) + " " + topic_),
      lost_(std::move(lost)) {}

bool Lease::connected() { return session_.is_open() || session_.open(url_, patience); }

Lease::Holder Lease::whose(const redisReply* reply) {
  if (reply == nullptr) return Holder::unknown;
  if (reply->type != REDIS_REPLY_STRING) return Holder::nobody;
  const std::string_view owner{reply->str, reply->len};
  if (owner == value_) return Holder::ours;
  const std::size_t blank = owner.find(' ');
  other_ = owner.substr(0, blank);
  other_topic_ = blank == std::string_view::npos ? topic_ : owner.substr(blank + 1);
  return other_topic_ == topic_ ? Holder::other : Holder::other_topic;
}

Lease::Holder Lease::look() {
  return connected() ? whose(session_.ask({"GET", owner_key}).get()) : Holder::unknown;
}

Lease::Holder Lease::take() {
  if (!connected()) return Holder::unknown;
  const Holder found = whose(session_.ask({"EVAL", take_script, "1", owner_key, value_, lease_ms()}).get());
  if (found != Holder::unknown) ours_ = found == Holder::ours;
  return found;
}

Lease::Holder Lease::seize() {
  const Holder found = look();
  if (found == Holder::unknown || found == Holder::other_topic) return found;
  if (!session_.ask({"SET", owner_key, value_, "PX", lease_ms()})) return Holder::unknown;
  ours_ = true;
  return Holder::ours;
}

void Lease::keep() {
  thread_ = std::thread([this] { renew(); });
}

void Lease::renew() {
  while (!told_to_stop()) {
    // A Redis that cannot be reached is the store's to report; the lease is taken again when it is back. So
    // it is when an engine of another topic has come in between, which ends as soon as it sees whose Redis
    // this is.
    if (take() != Holder::other) continue;
    gave_way_.store(true, std::memory_order_relaxed);
    return lost_(other_);
  }
}

bool Lease::told_to_stop() {
  std::unique_lock lock(mutex_);
  return stopping_.wait_for(lock, renewal, [this] { return stop_; });
}

void Lease::release() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    stopping_.notify_one();
    thread_.join();
  }
  if (std::exchange(ours_, false) && connected())
    (void)session_.ask({"EVAL", release_script, "1", owner_key, value_});
  session_.close();
}

}  // namespace redis
