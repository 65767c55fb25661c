#include "edge/redis/link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "engine/ensure.h"

namespace redis {
namespace {

constexpr std::size_t read_bytes = std::size_t{64} << 10;

}  // namespace

/// hiredis asks for an object of each part and wants to have it freed; it gets the link, and nothing is allocated.
struct Link::Parse {
  static void* part(const redisReadTask* task, Reply::Kind kind, std::string_view text,
                    std::int64_t integer) {
    Link& link = *static_cast<Link*>(task->privdata);
    const bool deep = task->parent != nullptr && task->parent->parent != nullptr;
    if (!deep) link.parts_.push_back({kind, link.texts_.size(), text.size(), integer});
    if (!deep) link.texts_ += text;
    return &link;
  }
  static void* text(const redisReadTask* task, char* text, std::size_t size) {
    const bool is_error = task->type == REDIS_REPLY_ERROR;
    return part(task, is_error ? Reply::Kind::error : Reply::Kind::text, {text, size}, 0);
  }
  /// The count is an int before hiredis 1.0, and a size_t since.
  template <class Count>
  static void* array(const redisReadTask* task, Count) {
    return part(task, Reply::Kind::array, {}, 0);
  }
  static void* integer(const redisReadTask* task, long long value) {
    return part(task, Reply::Kind::integer, {}, value);
  }
  static void* nothing(const redisReadTask* task) { return part(task, Reply::Kind::nothing, {}, 0); }
  static void free(void*) {}

  static redisReplyObjectFunctions* functions() {
    static redisReplyObjectFunctions all = [] {
      redisReplyObjectFunctions made{};
      made.createString = text;
      made.createArray = array;
      made.createInteger = integer;
      made.createNil = nothing;
      made.freeObject = free;
      return made;
    }();
    return &all;
  }
};

Link::Link(edge::Reactor& reactor, Listener& listener) : reactor_(reactor), listener_(listener) {}

Link::~Link() { close(); }

engine::Result<> Link::open(const Url& url, const std::string& place) {
  ENSURE(context_ == nullptr);
  redisContext* const context = url.unix_socket ? redisConnectUnixNonBlock(place.c_str())
                                                : redisConnectNonBlock(place.c_str(), url.port);
  if (context == nullptr) return "out of memory";
  if (context->err != 0) {
    std::string why = context->errstr;
    redisFree(context);
    return why;
  }
  context_ = context;
  parts_.clear();
  texts_.clear();
  reader_ = redisReaderCreateWithFunctions(Parse::functions());
  ENSURE(reader_ != nullptr);
  reader_->privdata = this;
  watch_for(EPOLLOUT);
  return {};
}

void Link::close() {
  if (context_ == nullptr) return;
  watch_for(0);
  redisReaderFree(reader_);
  redisFree(context_);
  reader_ = nullptr;
  context_ = nullptr;
  connected_ = asked_ = false;
  before_.clear();
  after_.clear();
  kept_ = {};
  before_written_ = kept_written_ = 0;
}

void Link::end(const std::string& why) {
  close();
  listener_.closed(why);
}

void Link::watch_for(std::uint32_t events) {
  if (events == watched_) return;
  if (events == 0) {
    reactor_.unwatch(context_->fd, *this);
  } else if (watched_ == 0) {
    reactor_.watch(context_->fd, events, *this);
  } else {
    reactor_.change(context_->fd, events, *this);
  }
  watched_ = events;
}

void Link::ready(std::uint32_t events) {
  if (!connected_) return finish_connect();
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read_some();
  if (context_ != nullptr && (events & EPOLLOUT) != 0) write_some();
}

void Link::finish_connect() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return end(std::strerror(error));
  constexpr int yes = 1;
  setsockopt(context_->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // in vain on a unix socket
  connected_ = true;
  watch_for(EPOLLIN);
  listener_.opened();
}

// --- To Redis.

void Link::want_to_send() {
  ENSURE(connected_);
  asked_ = true;
  watch_for(EPOLLIN | EPOLLOUT);
}

void Link::send(std::string_view commands) {
  (kept_.empty() ? before_ : after_) += commands;
  want_to_send();
}

void Link::send_kept(std::string_view commands) {
  ENSURE(kept_.empty());
  kept_ = commands;
  want_to_send();
}

void Link::write_some() {
  if (asked_) {
    asked_ = false;
    listener_.sending();
    if (context_ == nullptr) return;
  }
  do {
    if (!write_part(before_, before_written_)) return;
    before_.clear();
    before_written_ = 0;
    if (!write_part(kept_, kept_written_)) return;
    kept_ = {};
    kept_written_ = 0;
    before_.swap(after_);
  } while (!before_.empty());
  if (!asked_) watch_for(EPOLLIN);
}

/// False: the socket takes no more, or the connection has ended.
bool Link::write_part(std::string_view part, std::size_t& written) {
  while (written < part.size()) {
    const ssize_t count = ::send(context_->fd, part.data() + written, part.size() - written, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (count < 0) return end(std::strerror(errno)), false;
    written += static_cast<std::size_t>(count);
  }
  return true;
}

// --- From Redis.

void Link::read_some() {
  std::array<char, read_bytes> bytes;
  for (;;) {
    const ssize_t count = ::read(context_->fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count < 0) return end(std::strerror(errno));
    if (count == 0) return end("Server closed the connection");
    redisReaderFeed(reader_, bytes.data(), static_cast<std::size_t>(count));
    deliver();
    // The rest is told of in the next turn.
    if (context_ == nullptr || static_cast<std::size_t>(count) < bytes.size()) return;
  }
}

void Link::deliver() {
  while (context_ != nullptr) {
    void* whole = nullptr;
    if (redisReaderGetReply(reader_, &whole) != REDIS_OK) return end(reader_->errstr);
    if (whole == nullptr) return;  // its rest is to come
    elements_.clear();
    for (std::size_t i = 1; i < parts_.size(); ++i) elements_.push_back(reply_of(parts_[i]));
    Reply reply = reply_of(parts_.front());
    reply.elements = elements_;
    parts_.clear();
    listener_.replied(reply);
    texts_.clear();
  }
}

Link::Reply Link::reply_of(const Part& part) const {
  return {part.kind, std::string_view(texts_).substr(part.text_begin, part.text_size), part.integer, {}};
}

}  // namespace redis
