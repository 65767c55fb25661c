// One blocking conversation with Redis: connected, authenticated, in its database, one question at a time,
// each step within a time limit. error() says what went wrong; its owner opens a broken one anew.
//
// Thread: its owner's, which may block.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "edge/redis/url.h"
#include "engine/time.h"

struct redisContext;
struct redisReply;

namespace redis {

class Session {
 public:
  Session();
  ~Session();

  struct FreeReply {
    void operator()(redisReply* reply) const;
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;

  bool open(const Url& url, engine::Duration limit);
  bool is_open() const { return context_ != nullptr; }
  /// How long an answer may take from here on.
  void limit(engine::Duration limit);
  void close();

  /// Nothing: error() says what Redis answered, or why it did not.
  Reply ask(std::initializer_list<std::string_view> command);
  /// The same, of commands that are formatted already: the last one's reply, if all of them went well.
  Reply send(std::string_view formatted, std::size_t commands = 1);
  const std::string& error() const { return error_; }
  /// open() has found a Redis Cluster or a sentinel, which no waiting makes a server to write to.
  bool unfit() const { return unfit_; }

 private:
  struct FreeContext {
    void operator()(redisContext* context) const;
  };

  Reply broken();
  void check_mode();

  std::unique_ptr<redisContext, FreeContext> context_;
  std::string error_;
  bool unfit_ = false;
};

}  // namespace redis
