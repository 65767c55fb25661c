// The bare loop's Redis: commands appended, sent once a turn, answered in order; hiredis reads the replies.
// A lost connection ends the program.
//
// Thread: the loop's. Bounds: none; a document waits for its reply only as bytes to be sent.
#pragma once

#include <hiredis/hiredis.h>

#include <deque>
#include <string>
#include <string_view>

#include "edge/redis/url.h"

namespace bare {

class RedisPipe {
 public:
  RedisPipe() = default;
  ~RedisPipe();
  RedisPipe(const RedisPipe&) = delete;
  RedisPipe& operator=(const RedisPipe&) = delete;

  bool connect(const redis::Url& url);
  int descriptor() const { return context_->fd; }

  void set(std::string_view key, std::string_view value, std::string_view keep_seconds, void* opaque);
  void get(std::string_view key, void* opaque);
  /// As far as the socket takes it. True: all of it has left.
  bool flush();
  /// Calls replied(opaque, text) for each reply that is there, in the order of the commands.
  template <class Replied>
  void replies(const Replied& replied) {
    read_some();
    for (void* reply = next(); reply != nullptr; reply = next()) {
      const auto* const told = static_cast<const redisReply*>(reply);
      void* const opaque = waiting_.front();
      waiting_.pop_front();
      replied(opaque,
              told->type == REDIS_REPLY_NIL ? std::string_view{} : std::string_view{told->str, told->len});
      freeReplyObject(reply);
    }
  }

 private:
  void read_some();
  void* next();

  redisContext* context_ = nullptr;
  std::string out_;
  std::size_t written_ = 0;
  std::deque<void*> waiting_;
};

}  // namespace bare
