// The part of the start behind the fence: what Redis holds, and the batches that bring it up to the log.
#include <algorithm>
#include <chrono>
#include <thread>

#include "edge/redis/batch_script.h"
#include "edge/redis/reply.h"
#include "edge/redis/start.h"

namespace redis {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto pause_between_attempts = std::chrono::milliseconds{50};
constexpr std::size_t documents_at_once = 500;  // about a megabyte an answer

}  // namespace

std::optional<Start::Stock> Start::load_stock() {
  Stock stock;
  std::string cursor = "0";
  do {
    const Reply part = ask({"HSCAN", stock_key, cursor, "COUNT", "1000"});
    if (!part && wrong_type()) return stock;
    if (!part) return std::nullopt;
    cursor = text_of(*part->element[0]);
    const redisReply& pairs = *part->element[1];
    for (std::size_t i = 0; i + 1 < pairs.elements; i += 2)
      stock.emplace_back(text_of(*pairs.element[i]), number_of(*pairs.element[i + 1], 0));
  } while (cursor != "0");
  // A field may come twice while the hash is rehashed.
  std::sort(stock.begin(), stock.end());
  stock.erase(std::unique(stock.begin(), stock.end()), stock.end());
  return stock;
}

bool Start::load_live(const TakeLive& take) {
  std::string cursor = "0";
  do {
    const Reply part = ask({"SSCAN", live_key, cursor, "COUNT", "500"});
    if (!part) return wrong_type();
    cursor = text_of(*part->element[0]);
    const redisReply& listed = *part->element[1];
    std::vector<std::string_view> ids;
    for (std::size_t i = 0; i < listed.elements; ++i) ids.push_back(text_of(*listed.element[i]));
    if (!load_documents(ids, take)) return false;
  } while (cursor != "0");
  return true;
}

bool Start::load_documents(std::span<const std::string_view> ids, const TakeLive& take) {
  for (; !ids.empty(); ids = ids.subspan(std::min(ids.size(), documents_at_once))) {
    const auto part = ids.first(std::min(ids.size(), documents_at_once));
    std::vector<std::string> keys;
    keys.reserve(part.size());
    for (const std::string_view id : part) keys.push_back(std::string(order_key_prefix).append(id));
    std::vector<std::string_view> command{"MGET"};
    command.insert(command.end(), keys.begin(), keys.end());
    std::string formatted;
    format_command(command, formatted);
    const Reply documents = send(formatted);
    if (!documents) return false;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const redisReply& document = *documents->element[i];
      const bool there = document.type == REDIS_REPLY_STRING;
      if (!take(part[i], there ? std::optional{text_of(document)} : std::nullopt)) return false;
    }
  }
  return true;
}

bool Start::load_recent(std::size_t count, engine::Duration patience, const TakeLive& take) {
  if (count == 0) return true;
  const Steady::time_point end = Steady::now() + patience;
  session_.limit(patience);
  const Reply listed = ask({"LRANGE", recent_key, "0", std::to_string(count - 1)});
  bool all = listed != nullptr || wrong_type();
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; listed != nullptr && i < listed->elements; ++i)
    ids.push_back(text_of(*listed->element[i]));
  for (std::span<const std::string_view> left = ids; all && !left.empty();) {
    const auto time_left = std::chrono::duration_cast<engine::Duration>(end - Steady::now());
    session_.limit(std::max<engine::Duration>(time_left, std::chrono::milliseconds{1}));
    const auto part = left.first(std::min(left.size(), documents_at_once));
    all = time_left > engine::Duration::zero() && load_documents(part, take);
    if (time_left <= engine::Duration::zero()) error_ = "reading them took too long";
    left = left.subspan(part.size());
  }
  session_.limit(answer_timeout);
  return all;
}

std::optional<engine::Store::Applied> Start::write(const engine::Store::Batch& batch, engine::Duration keep) {
  using Applied = engine::Store::Applied;
  BatchCommands commands;
  format_batch(batch, keep, commands);
  const Steady::time_point end = Steady::now() + deadline_;
  do {
    const Reply checked = send(commands.check.text, commands.check.count);
    const auto answer = checked ? static_cast<ScriptAnswer>(checked->integer) : ScriptAnswer::may_write;
    if (answer == ScriptAnswer::fenced) return Applied::fenced;
    if (answer == ScriptAnswer::elsewhere) return Applied::elsewhere;
    if (answer == ScriptAnswer::already) return Applied::applied;
    if (checked != nullptr) {
      const Reply written = send(commands.write.text, commands.write.count);
      if (written != nullptr && written->type == REDIS_REPLY_ARRAY) return Applied::applied;
      if (written != nullptr) error_ = "its checkpoint has changed meanwhile";
    }
    // Applying the same batch again changes nothing, so it may be sent again when its answer was lost.
    std::this_thread::sleep_for(pause_between_attempts);
    if (!session_.is_open()) try_connect(std::chrono::duration_cast<engine::Duration>(end - Steady::now()));
  } while (Steady::now() < end);
  error_ = "Redis at " + url_.shown() + " cannot be written: " + error_;
  return std::nullopt;
}

}  // namespace redis
