// One attempt at a connection: opens once, sends commands that are formatted already, hands back replies in the order of
// the sends, and ends once. Whoever wants another makes it open again. hiredis connects and reads replies; what is sent
// is written from where it stands, since hiredis would copy a batch of megabytes twice more.
//
// Thread: the reactor's.
// Invariants: after closed(), or after close(), the listener hears nothing more of it. The listener may call
// close() and send() from within any of its calls, but not open().
// Bounds: none of its own; what was sent waits here until the socket takes it.
#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/reactor.h"
#include "edge/redis/url.h"
#include "engine/result.h"

namespace redis {

class Link final : private edge::Watcher {
 public:
  struct Reply {
    enum class Kind : std::uint8_t { text, nothing, integer, error, array };
    Kind kind = Kind::nothing;
    std::string_view text;  // of text and error
    std::int64_t integer = 0;
    std::span<const Reply> elements;  // of an array; arrays among them are empty
  };
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void opened() = 0;
    /// What was asked for by want_to_send may be sent now, to leave with all that waits.
    virtual void sending() = 0;
    /// `reply` is good during the call.
    virtual void replied(const Reply& reply) = 0;
    virtual void closed(std::string_view why) = 0;
  };

  Link(edge::Reactor& reactor, Listener& listener);
  ~Link() override;

  /// `place` of the URL as a numeric address or a socket's path. An error says why it cannot even begin.
  engine::Result<> open(const Url& url, const std::string& place);
  /// Copies `commands`, which leave in the reactor's next turn.
  void send(std::string_view commands);
  /// Does not copy: `commands` stay as they are until the last of them is answered, or the end. One at a time.
  void send_kept(std::string_view commands);
  /// sending() comes in the reactor's next turn, or as soon as the socket takes more.
  void want_to_send();
  /// What is said of the reply that is being told stays good until replied() returns.
  void close();

 private:
  struct Parse;  // what hiredis calls for each part of a reply
  /// A part of a reply whose rest may still be to come, so that `texts_` may still move.
  struct Part {
    Reply::Kind kind = Reply::Kind::nothing;
    std::size_t text_begin = 0, text_size = 0;
    std::int64_t integer = 0;
  };

  void ready(std::uint32_t events) override;
  void finish_connect();
  void read_some();
  void write_some();
  bool write_part(std::string_view part, std::size_t& written);
  void deliver();
  Reply reply_of(const Part& part) const;
  void watch_for(std::uint32_t events);
  void end(const std::string& why);

  edge::Reactor& reactor_;
  Listener& listener_;

  // Of the connection that is open.
  redisContext* context_ = nullptr;
  bool connected_ = false;
  std::uint32_t watched_ = 0;  // epoll events, as the reactor was told
  bool asked_ = false;         // sending() is due

  // To be written, in this order; of `before_` and `kept_` so much is.
  std::string before_;
  std::string_view kept_;
  std::string after_;
  std::size_t before_written_ = 0, kept_written_ = 0;

  // The reply that is being read: the first part is the reply itself, then the elements of an array.
  redisReader* reader_ = nullptr;
  std::vector<Part> parts_;
  std::string texts_;
  std::vector<Reply> elements_;
};

}  // namespace redis
