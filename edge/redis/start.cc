#include "edge/redis/start.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "edge/redis/batch_script.h"
#include "edge/redis/reply.h"

namespace redis {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto pause_between_attempts = 50ms;

/// Errors that no waiting mends, such as a wrong password.
bool is_final(std::string_view error) {
  constexpr std::array<std::string_view, 5> words{"WRONGPASS", "NOAUTH", "NOPERM", "ERR AUTH", "DB index"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return error.find(word) != std::string_view::npos; });
}

}  // namespace

bool Start::connect(const Url& url, engine::Duration deadline, const std::function<bool()>& told_to_stop) {
  url_ = url;
  deadline_ = deadline;
  const Steady::time_point end = Steady::now() + deadline;
  for (;;) {
    const auto left = std::chrono::duration_cast<engine::Duration>(end - Steady::now());
    if (try_connect(left)) return true;
    if (session_.unfit() || is_final(error_) || told_to_stop()) break;
    if (Steady::now() + pause_between_attempts >= end) break;
    std::this_thread::sleep_for(pause_between_attempts);
  }
  session_.close();
  error_ = "Redis at " + url.shown() + " cannot be used: " + error_;
  return false;
}

bool Start::try_connect(engine::Duration left) {
  if (!session_.open(url_, left)) {
    error_ = session_.error();
    return false;
  }
  if (!ask({"EXISTS", checkpoint_key})) return false;  // refused while LOADING
  session_.limit(answer_timeout);
  return true;
}

Start::Reply Start::ask(std::initializer_list<std::string_view> command) {
  Reply reply = session_.ask(command);
  if (!reply) error_ = session_.error();
  return reply;
}

Start::Reply Start::send(std::string_view formatted, std::size_t commands) {
  Reply reply = session_.send(formatted, commands);
  if (!reply) error_ = session_.error();
  return reply;
}

std::optional<Start::Loaded> Start::load() {
  Loaded loaded;
  const Reply at = ask({"HMGET", checkpoint_key, "offset", "epoch", "seq", "fence", "engine", "fingerprint",
                        "opening", "counted", "live", "skus", "digest", "listed", "recent", "requests"});
  if (!at) return std::nullopt;
  const auto field = [&](std::size_t index) -> const redisReply& { return *at->element[index]; };
  loaded.checkpoint = {number_of(field(0), -1), number_of(field(1), -1),
                       static_cast<std::uint64_t>(number_of(field(2), 0))};
  loaded.fence = number_of(field(3), -1);
  loaded.engine = text_of(field(4));
  loaded.fingerprint = text_of(field(5));
  loaded.opening = text_of(field(6));
  if (loaded.checkpoint.offset >= 0 && number_of(field(7), -1) == loaded.checkpoint.offset) {
    // A field that is gone counts as a wrong one.
    loaded.contents = {unsigned_of(field(8)).value_or(UINT64_MAX), unsigned_of(field(9)).value_or(UINT64_MAX),
                       unsigned_of(field(10)).value_or(0)};
  }
  if (loaded.checkpoint.offset >= 0 && number_of(field(11), -1) == loaded.checkpoint.offset)
    loaded.recent_then = unsigned_of(field(12)).value_or(UINT64_MAX);
  const Reply listed = ask({"LLEN", recent_key});
  if (!listed && !wrong_type()) return std::nullopt;
  if (listed) loaded.recent = static_cast<std::uint64_t>(listed->integer);
  loaded.requests = std::max<std::int64_t>(number_of(field(13), 0), 0);
  check_settings(loaded);
  return loaded;
}

void Start::check_settings(Loaded& loaded) {
  // CONFIG may be forbidden or renamed where Redis is a service: then nothing is known, which is said as
  // well.
  const auto setting = [this](std::string_view name) -> std::optional<std::string> {
    const Reply reply = ask({"CONFIG", "GET", name});
    if (!reply || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) return std::nullopt;
    return std::string{text_of(*reply->element[1])};
  };
  const auto policy = setting("maxmemory-policy");
  if (!policy) {
    loaded.warnings.emplace_back(
        "maxmemory-policy cannot be read; it must be noeviction, or repeated requests may be taken for new "
        "ones");
  } else if (policy->starts_with("allkeys-")) {
    loaded.refusal =
        "maxmemory-policy is " + *policy +
        ": a full Redis would throw away unfinished orders, stock and the checkpoint itself, and "
        "each time everything would be rebuilt from the whole topic, while repeated requests are "
        "taken for new orders. Set maxmemory-policy noeviction";
  } else if (*policy != "noeviction") {
    loaded.warnings.push_back(
        "maxmemory-policy is " + *policy +
        ": a full Redis throws away finished orders before [orders] keep is over: GET no longer finds them, "
        "and "
        "a request that is repeated is taken for a new order, and charged. Set maxmemory-policy noeviction");
  }
  if (setting("appendonly") == "no" && setting("save") == "") {
    loaded.warnings.emplace_back(
        "neither appendonly nor save is set: when Redis restarts, everything is rebuilt from the whole "
        "topic, "
        "which takes the longer the longer the topic is; set appendonly yes");
  }
}

Start::Fenced Start::set_fence(const Fence& fence) {
  const Reply reply =
      ask({"EVAL", fence_script, "1", checkpoint_key, std::to_string(fence.epoch), fence.engine});
  if (!reply) return Fenced::failed;
  return static_cast<ScriptAnswer>(reply->integer) == ScriptAnswer::fenced ? Fenced::newer : Fenced::set;
}

Start::Fenced Start::reset(std::int64_t epoch) {
  const Reply reply = ask(
      {"EVAL", reset_script, "4", checkpoint_key, live_key, recent_key, stock_key, std::to_string(epoch)});
  if (!reply) return Fenced::failed;
  error_.clear();
  const auto answer = static_cast<ScriptAnswer>(reply->integer);
  if (answer == ScriptAnswer::fenced) return Fenced::newer;
  return answer == ScriptAnswer::elsewhere ? Fenced::failed : Fenced::set;
}

}  // namespace redis
