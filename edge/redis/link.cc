#include "edge/redis/link.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "edge/redis/reply.h"
#include "engine/ensure.h"

namespace redis {

struct Link::Hooks {
  static Link* of(void* link) { return static_cast<Link*>(link); }

  static void add_read(void* link) { of(link)->wanted_ |= EPOLLIN; }
  static void del_read(void* link) { of(link)->wanted_ &= ~static_cast<std::uint32_t>(EPOLLIN); }
  static void add_write(void* link) { of(link)->wanted_ |= EPOLLOUT; }
  static void del_write(void* link) { of(link)->wanted_ &= ~static_cast<std::uint32_t>(EPOLLOUT); }

  static void connected(const redisAsyncContext* context, int status) {
    if (status == REDIS_OK && context->data != nullptr) of(context->data)->listener_.opened();
  }

  /// hiredis frees the context: the one call that every end has in common, of a connect as of a connection.
  static void cleanup(void* link) {
    const std::string why = of(link)->context_->errstr;
    of(link)->detach();
    of(link)->listener_.closed(why);
  }

  static void replied(redisAsyncContext* context, void* raw, void*) {
    const auto* reply = static_cast<const redisReply*>(raw);
    if (reply == nullptr || context->data == nullptr) return;  // it is going away: cleanup says so
    Reply out;
    if (const redisReply* const error = error_in(*reply)) {
      of(context->data)->listener_.replied({Reply::Kind::error, text_of(*error), 0});
      return;
    }
    // Of a transaction the last command says how it went.
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0) reply = reply->element[reply->elements - 1];
    switch (reply->type) {
      case REDIS_REPLY_STRING:
      case REDIS_REPLY_STATUS:
        out.kind = Reply::Kind::text;
        out.text = {reply->str, reply->len};
        break;
      case REDIS_REPLY_INTEGER:
        out.kind = Reply::Kind::integer;
        out.integer = reply->integer;
        break;
      case REDIS_REPLY_NIL:
        out.kind = Reply::Kind::nothing;
        break;
      default:
        break;
    }
    of(context->data)->listener_.replied(out);
  }
};

engine::Result<> Link::open(const Url& url, const std::string& place) {
  ENSURE(context_ == nullptr);
  redisAsyncContext* const context =
      url.unix_socket ? redisAsyncConnectUnix(place.c_str()) : redisAsyncConnect(place.c_str(), url.port);
  if (context == nullptr) return "out of memory";
  if (context->err != 0) {
    std::string why = context->errstr;
    redisAsyncFree(context);
    return why;
  }
  context_ = context;
  fd_ = context->c.fd;
  wanted_ = watched_ = 0;
  context->data = this;
  context->ev.data = this;
  context->ev.addRead = Hooks::add_read;
  context->ev.delRead = Hooks::del_read;
  context->ev.addWrite = Hooks::add_write;
  context->ev.delWrite = Hooks::del_write;
  context->ev.cleanup = Hooks::cleanup;
  redisAsyncSetConnectCallback(context, Hooks::connected);  // begins to wait for writability
  update_interest();
  return {};
}

void Link::send(std::string_view command) {
  ENSURE(context_ != nullptr);
  ENSURE(redisAsyncFormattedCommand(context_, Hooks::replied, nullptr, command.data(), command.size()) ==
         REDIS_OK);
  update_interest();
}

void Link::ready(std::uint32_t events) {
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) redisAsyncHandleRead(context_);
  if (context_ != nullptr && (events & EPOLLOUT) != 0) redisAsyncHandleWrite(context_);
  update_interest();
}

void Link::update_interest() {
  if (context_ == nullptr || wanted_ == watched_) return;
  if (watched_ == 0) {
    reactor_.watch(fd_, wanted_, *this);
  } else {
    reactor_.change(fd_, wanted_, *this);
  }
  watched_ = wanted_;
}

void Link::detach() {
  if (watched_ != 0) reactor_.unwatch(fd_, *this);
  context_->data = nullptr;
  context_->ev = {};
  context_ = nullptr;
  wanted_ = watched_ = 0;
}

void Link::close() {
  if (context_ == nullptr) return;
  redisAsyncContext* const context = context_;
  detach();
  redisAsyncFree(context);  // from within a reply it waits until hiredis has returned from it
}

}  // namespace redis
