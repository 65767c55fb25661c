// One attempt at a connection: hiredis' asynchronous context on our reactor. It opens once, sends commands
// that are formatted already, hands back replies in the order of the sends, and ends once. Whoever wants
// another makes it open again.
//
// Thread: the reactor's.
// Invariants: after closed(), or after close(), the listener hears nothing more of it. The listener may call
// close() and send() from within any of its calls, but not open().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "edge/reactor.h"
#include "edge/redis/url.h"
#include "engine/result.h"

struct redisAsyncContext;

namespace redis {

class Link final : private edge::Watcher {
 public:
  /// Of a transaction: its first error, or what its last command has said.
  struct Reply {
    enum class Kind : std::uint8_t { text, nothing, integer, error, other };
    Kind kind = Kind::other;
    std::string_view text;  // of text and error
    std::int64_t integer = 0;
  };
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void opened() = 0;
    virtual void replied(const Reply& reply) = 0;
    virtual void closed(std::string_view why) = 0;
  };

  Link(edge::Reactor& reactor, Listener& listener) : reactor_(reactor), listener_(listener) {}
  ~Link() override { close(); }

  /// `place` of the URL as a numeric address or a socket's path. An error says why it cannot even begin.
  engine::Result<> open(const Url& url, const std::string& place);
  /// Copies `command`.
  void send(std::string_view command);
  void close();

 private:
  struct Hooks;  // what hiredis calls

  void ready(std::uint32_t events) override;
  void update_interest();
  void detach();

  edge::Reactor& reactor_;
  Listener& listener_;
  redisAsyncContext* context_ = nullptr;
  int fd_ = -1;
  std::uint32_t wanted_ = 0, watched_ = 0;  // epoll events: as hiredis wants them, as the reactor was told
};

}  // namespace redis
