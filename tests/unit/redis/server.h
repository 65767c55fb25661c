// A real redis-server for tests: on a unix socket in a folder of its own, killed and started again at will.
// It keeps its data over that (append-only file, every write) if it was told to. And a client beside the
// engine's.
#pragma once

#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "edge/redis/url.h"
#include "tests/catch.h"
#include "tests/world/folder.h"

namespace tests {

class RedisServer {
 public:
  explicit RedisServer(bool persistent = false, std::vector<std::string> settings = {})
      : persistent_(persistent), settings_(std::move(settings)) {
    signal(SIGPIPE, SIG_IGN);  // as main does
    start();
  }
  ~RedisServer() { kill(); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  const std::string& folder() const { return folder_.path.native(); }
  std::string socket() const { return folder() + "/redis.sock"; }
  redis::Url url() const { return redis::parse_url("unix://" + socket()).url; }

  void start(bool wait = true) {
    const std::string file = folder() + "/redis.conf";  // a sentinel wants one
    std::ofstream(file, std::ios::app).flush();
    std::vector<std::string> words{"redis-server",
                                   file,
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   socket(),
                                   "--save",
                                   "",
                                   "--dir",
                                   folder(),
                                   "--logfile",
                                   "redis.log",
                                   "--enable-debug-command",
                                   "yes",
                                   "--enable-protected-configs",
                                   "yes",
                                   "--appendonly",
                                   persistent_ ? "yes" : "no",
                                   "--appendfsync",
                                   "always"};
    words.insert(words.end(), settings_.begin(), settings_.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execvp(arguments[0], arguments.data());
      _exit(127);
    }
    if (wait) wait_until_up();
  }
  void wait_until_up() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!up()) {
      REQUIRE(std::chrono::steady_clock::now() < end);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }
  void kill() {
    client_.reset();
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  /// One command by a client of its own; arrays are joined with spaces, nil is "(nil)".
  std::string ask(const std::vector<std::string>& words) {
    if (!connect()) return "(no connection)";
    std::vector<const char*> arguments;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
      arguments.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* const reply = static_cast<redisReply*>(
        redisCommandArgv(client_.get(), static_cast<int>(words.size()), arguments.data(), sizes.data()));
    if (reply == nullptr) {
      client_.reset();
      return "(no reply)";
    }
    const std::string text = flat(*reply);
    freeReplyObject(reply);
    return text;
  }

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };

  bool connect() {
    if (client_ == nullptr) client_.reset(redisConnectUnix(socket().c_str()));
    if (client_ == nullptr || client_->err != 0) client_.reset();
    return client_ != nullptr;
  }
  bool up() {
    const std::string pong = ask({"PING"});
    return pong == "PONG" || pong.starts_with("NOAUTH");
  }
  static std::string flat(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_NIL) return "(nil)";
    if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
    if (reply.type != REDIS_REPLY_ARRAY) return {reply.str, reply.len};
    std::string text;
    for (std::size_t i = 0; i < reply.elements; ++i) text += (i == 0 ? "" : " ") + flat(*reply.element[i]);
    return text;
  }

  const bool persistent_;
  const std::vector<std::string> settings_;
  const Folder folder_;
  pid_t pid_ = -1;
  std::unique_ptr<redisContext, Free> client_;
};

}  // namespace tests
