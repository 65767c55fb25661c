#include "edge/redis/session.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "edge/redis/batch_script.h"
#include "edge/redis/reply.h"

namespace redis {
namespace {

timeval to_timeval(engine::Duration length) {
  const auto us =
      std::max<std::int64_t>(1000, std::chrono::duration_cast<std::chrono::microseconds>(length).count());
  return {us / 1'000'000, us % 1'000'000};
}

}  // namespace

void Session::FreeContext::operator()(redisContext* context) const { redisFree(context); }
void Session::FreeReply::operator()(redisReply* reply) const { freeReplyObject(reply); }

Session::Session() = default;
Session::~Session() = default;

bool Session::open(const Url& url, engine::Duration limit) {
  unfit_ = false;
  const timeval timeout = to_timeval(limit);
  context_.reset(url.unix_socket ? redisConnectUnixWithTimeout(url.place.c_str(), timeout)
                                 : redisConnectWithTimeout(url.place.c_str(), url.port, timeout));
  if (context_ == nullptr || context_->err != 0) {
    error_ = context_ == nullptr ? "out of memory" : context_->errstr;
    close();
    return false;
  }
  redisSetTimeout(context_.get(), timeout);
  const bool welcome = url.password.empty() || (url.user.empty() ? ask({"AUTH", url.password})
                                                                 : ask({"AUTH", url.user, url.password}));
  // Before SELECT, which neither a cluster nor a sentinel knows, and without AUTH too: a sentinel rarely has
  // the password of its master.
  check_mode();
  if (welcome && !unfit_ && is_open() && (url.db == 0 || ask({"SELECT", std::to_string(url.db)})))
    return true;
  close();
  return false;
}

void Session::check_mode() {
  const std::string earlier = error_;
  const Reply reply = ask({"INFO", "server"});
  if (!reply) {  // forbidden, perhaps: then nothing is known
    if (is_open()) error_ = earlier;
    return;
  }
  const std::string_view info = text_of(*reply);
  // redis_mode, or server_mode as Valkey calls it.
  if (info.find("_mode:cluster") != std::string_view::npos) {
    error_ =
        "it is a Redis Cluster, and the engine writes many keys in one step, which a cluster does not allow. "
        "Give it one server (cluster-enabled no)";
  } else if (info.find("_mode:sentinel") != std::string_view::npos) {
    error_ =
        "it is a sentinel, which holds no data. Give the address of the master it watches, or a name that "
        "leads there";
  } else {
    return;
  }
  unfit_ = true;
}

void Session::limit(engine::Duration limit) {
  if (is_open()) redisSetTimeout(context_.get(), to_timeval(limit));
}
void Session::close() { context_.reset(); }

Session::Reply Session::ask(std::initializer_list<std::string_view> command) {
  std::string formatted;
  format_command(command, formatted);
  return send(formatted);
}

Session::Reply Session::send(std::string_view formatted, std::size_t commands) {
  if (!is_open()) return nullptr;  // error() says why
  if (redisAppendFormattedCommand(context_.get(), formatted.data(), formatted.size()) != REDIS_OK)
    return broken();
  Reply last;
  bool failed = false;
  for (; commands > 0; --commands) {
    redisReply* reply = nullptr;
    if (redisGetReply(context_.get(), reinterpret_cast<void**>(&reply)) != REDIS_OK) return broken();
    last.reset(reply);
    const redisReply* const error = error_in(*reply);
    if (error != nullptr && !std::exchange(failed, true)) error_ = text_of(*error);
  }
  return failed ? nullptr : std::move(last);
}

/// What comes on the connection now would be the answer to another question.
Session::Reply Session::broken() {
  error_ = context_->errstr;
  close();
  return nullptr;
}

}  // namespace redis
