#include "edge/redis/start.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <thread>

#include "edge/redis/batch_script.h"

namespace redis {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto pause_between_attempts = 50ms;
constexpr auto answer_timeout = 30s;  // once connected: loading a large stock hash is one answer

timeval to_timeval(engine::Duration length) {
  const auto us =
      std::max<std::int64_t>(1000, std::chrono::duration_cast<std::chrono::microseconds>(length).count());
  return {us / 1'000'000, us % 1'000'000};
}

std::string_view text(const redisReply& reply) {
  return reply.str == nullptr ? std::string_view{} : std::string_view{reply.str, reply.len};
}

/// `otherwise` for a field that is not there.
std::int64_t number(const redisReply& reply, std::int64_t otherwise) {
  const std::string_view digits = text(reply);
  std::int64_t value = otherwise;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// Waiting does not make a password right.
bool is_final(std::string_view error) {
  constexpr std::array<std::string_view, 5> words{"WRONGPASS", "NOAUTH", "NOPERM", "ERR AUTH", "DB index"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return error.find(word) != std::string_view::npos; });
}

/// What CONFIG GET answers for one setting: its name and its value.
std::string_view second_of_pair(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ARRAY && reply.elements == 2 ? text(*reply.element[1])
                                                                : std::string_view{};
}

}  // namespace

void Start::FreeContext::operator()(redisContext* context) const { redisFree(context); }
void Start::FreeReply::operator()(redisReply* reply) const { freeReplyObject(reply); }

Start::Start() = default;
Start::~Start() = default;

bool Start::connect(const Url& url, engine::Duration deadline) {
  url_ = url;
  const Steady::time_point end = Steady::now() + deadline;
  for (;;) {
    const auto left = std::chrono::duration_cast<engine::Duration>(end - Steady::now());
    if (try_connect(left)) return true;
    if (is_final(error_)) break;
    if (Steady::now() + pause_between_attempts >= end) break;
    std::this_thread::sleep_for(pause_between_attempts);
  }
  context_.reset();
  error_ = "Redis at " + url.shown() + " cannot be used: " + error_;
  return false;
}

bool Start::try_connect(engine::Duration left) {
  const timeval timeout = to_timeval(left);
  context_.reset(url_.unix_socket ? redisConnectUnixWithTimeout(url_.place.c_str(), timeout)
                                  : redisConnectWithTimeout(url_.place.c_str(), url_.port, timeout));
  if (context_ == nullptr || context_->err != 0) {
    error_ = context_ == nullptr ? "out of memory" : context_->errstr;
    return false;
  }
  redisSetTimeout(context_.get(), timeout);
  if (!url_.password.empty()) {
    if (!(url_.user.empty() ? ask({"AUTH", url_.password}) : ask({"AUTH", url_.user, url_.password})))
      return false;
  }
  if (url_.db != 0 && !ask({"SELECT", std::to_string(url_.db)})) return false;
  if (!ask({"EXISTS", checkpoint_key})) return false;  // refused while LOADING
  redisSetTimeout(context_.get(), to_timeval(answer_timeout));
  return true;
}

Start::Reply Start::ask(std::initializer_list<std::string_view> command) {
  std::string formatted;
  format_command(command, formatted);
  redisReply* reply = nullptr;
  if (redisAppendFormattedCommand(context_.get(), formatted.data(), formatted.size()) != REDIS_OK ||
      redisGetReply(context_.get(), reinterpret_cast<void**>(&reply)) != REDIS_OK) {
    error_ = context_->errstr;
    return nullptr;
  }
  if (reply->type == REDIS_REPLY_ERROR) {
    error_ = text(*reply);
    freeReplyObject(reply);
    return nullptr;
  }
  return Reply(reply);
}

std::optional<Start::Loaded> Start::load() {
  Loaded loaded;
  const Reply at =
      ask({"HMGET", checkpoint_key, "offset", "epoch", "seq", "fence", "requests", "engine", "fingerprint"});
  if (!at) return std::nullopt;
  const auto field = [&](std::size_t index) -> const redisReply& { return *at->element[index]; };
  loaded.checkpoint = {number(field(0), -1), number(field(1), -1),
                       static_cast<std::uint64_t>(number(field(2), 0))};
  loaded.fence = number(field(3), -1);
  loaded.requests = static_cast<std::uint64_t>(number(field(4), 0));
  loaded.engine = text(field(5));
  loaded.fingerprint = text(field(6));

  const Reply live = ask({"SCARD", live_key});
  if (!live) return std::nullopt;
  loaded.live = static_cast<std::uint64_t>(live->integer);
  if (!load_stock(loaded)) return std::nullopt;
  check_settings(loaded);
  return loaded;
}

bool Start::load_stock(Loaded& loaded) {
  std::string cursor = "0";
  do {
    const Reply part = ask({"HSCAN", stock_key, cursor, "COUNT", "1000"});
    if (!part) return false;
    cursor = text(*part->element[0]);
    const redisReply& pairs = *part->element[1];
    for (std::size_t i = 0; i + 1 < pairs.elements; i += 2)
      loaded.stock.emplace_back(text(*pairs.element[i]), number(*pairs.element[i + 1], 0));
  } while (cursor != "0");
  // A field may come twice while the hash is rehashed.
  std::sort(loaded.stock.begin(), loaded.stock.end());
  loaded.stock.erase(std::unique(loaded.stock.begin(), loaded.stock.end()), loaded.stock.end());
  return true;
}

void Start::check_settings(Loaded& loaded) {
  // CONFIG may be forbidden or renamed where Redis is a service: then nothing is known, which is said as
  // well.
  const Reply policy = ask({"CONFIG", "GET", "maxmemory-policy"});
  const std::string_view value = policy ? second_of_pair(*policy) : std::string_view{};
  if (value.empty()) {
    loaded.warning =
        "maxmemory-policy cannot be read; it must be noeviction, or repeated requests may be taken for new "
        "ones";
  } else if (value != "noeviction") {
    loaded.warning =
        "maxmemory-policy is " + std::string(value) +
        ": Redis may evict orders, and repeated requests would be taken for new ones; set it to noeviction";
  }
}

Start::Fenced Start::set_fence(const Fence& fence) {
  const std::array numbers{fence.epoch,
                           fence.follows.offset,
                           fence.follows.epoch,
                           static_cast<std::int64_t>(fence.follows.seq),
                           fence.reaches.offset,
                           fence.reaches.epoch,
                           static_cast<std::int64_t>(fence.reaches.seq)};
  std::array<std::string, numbers.size()> texts;
  std::transform(numbers.begin(), numbers.end(), texts.begin(),
                 [](std::int64_t n) { return std::to_string(n); });
  const Reply reply = ask({"EVAL", fence_script, "1", checkpoint_key, texts[0], fence.engine,
                           fence.fingerprint, texts[1], texts[2], texts[3], texts[4], texts[5], texts[6]});
  if (!reply) return Fenced::failed;
  switch (static_cast<ScriptAnswer>(reply->integer)) {
    case ScriptAnswer::applied:
    case ScriptAnswer::already:
      return Fenced::set;
    case ScriptAnswer::fenced:
      return Fenced::newer;
    case ScriptAnswer::elsewhere:
      return Fenced::elsewhere;
  }
  error_ = "an answer that the fence script does not give";
  return Fenced::failed;
}

}  // namespace redis
