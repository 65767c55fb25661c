#include "edge/http/wire/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "edge/http/wire/text.h"

namespace http {

Connection::Connection(Shared& shared) : shared_(shared), parser_(shared.head), pipeline_(shared, *this) {}

Connection::~Connection() {
  if (is_open()) close();
}

void Connection::open(int fd) {
  fd_ = fd;
  sent_ = 0;
  handed_ = 0;
  partial_since_ = body_since_ = behind_since_ = engine::Time::never();
  active_ = shared_.reactor.now();
  readable_ = stop_reading_ = ended_ = hung_up_ = blocked_ = lingering_ = continued_ = false;
  parser_.reset();
  pipeline_.reset();
  Shared::add(shared_.connections, 1);
  shared_.reactor.watch(fd_, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, *this);
  set_deadline();
}

void Connection::mark_dirty() {
  if (dirty_ || !is_open()) return;
  dirty_ = true;
  shared_.dirty.push_back(this);
}

void Connection::ready(std::uint32_t events) {
  if ((events & EPOLLERR) != 0) return close();
  if ((events & EPOLLOUT) != 0 && blocked_) {
    blocked_ = false;
    mark_dirty();
  }
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) == 0) return;
  readable_ = true;
  if ((events & (EPOLLRDHUP | EPOLLHUP)) != 0) hung_up_ = true;
  read();
  if (is_open()) set_deadline();
}

void Connection::answered() {
  account();
  mark_dirty();
}

void Connection::account() {
  const std::size_t now = held();
  if (now == accounted_) return;
  Shared::add(shared_.held, static_cast<std::int64_t>(now) - static_cast<std::int64_t>(accounted_));
  accounted_ = now;
}

bool Connection::wants_more() const {
  return !stop_reading_ && !pipeline_.full() && pipeline_.held() < limits::held_bytes;
}

/// At most once a turn.
void Connection::read() {
  if (stop_reading_) return discard();
  if (!may_read()) {  // flush comes back to it; to all of them if it is not this one's fault
    if (wants_more()) mark_dirty();
    return;
  }
  const Input::Place place = input_.place(shared_.scratch);
  const std::size_t room = place.capacity - place.kept;
  const ssize_t got = recv(fd_, place.data + place.kept, room, 0);
  if (got < 0) {
    readable_ = false;
    if (errno != EAGAIN && errno != EINTR) close();
    return;
  }
  if (got == 0) {
    readable_ = false;
    ended_ = stop_reading_ = true;  // what it asked for before is still answered
    partial_since_ = engine::Time::never();
    input_.clear();
    return mark_dirty();
  }
  const auto size = place.kept + static_cast<std::size_t>(got);
  if (static_cast<std::size_t>(got) == room || hung_up_) {
    mark_dirty();  // there may be more, or the end
  } else {
    readable_ = false;  // edge-triggered: more bytes, or their end, are a new event
  }
  input_.keep(place.data, consume(place.data, size), size);
  account();
}

/// Goes on with what was kept while reading had to pause, then with the socket.
void Connection::read_on() {
  if (!input_.empty() && may_read() && partial_since_ == engine::Time::never()) {
    const Input::Place place = input_.kept();
    input_.keep(place.data, consume(place.data, place.kept), place.kept);
  }
  if (readable_) read();
}

std::size_t Connection::consume(char* data, std::size_t size) {
  std::size_t used = 0;
  active_ = shared_.reactor.now();
  while (used < size && may_read()) {
    switch (parser_.parse(data + used, size - used)) {
      case Parser::Status::need_more:
        if (parser_.empty(size - used)) {
          parser_.reset();
          return size;
        }
        note_partial();
        return used;
      case Parser::Status::refused:
        refuse(parser_.refusal());
        return size;
      case Parser::Status::complete:
        break;
    }
    const Request& request = parser_.request();
    if (!request.keep_alive || shared_.closing) stop_reading_ = true;
    Exchange& exchange = pipeline_.begin(!stop_reading_, request.method == Method::head, request.old);
    shared_.responder.respond(request, exchange);
    account();
    if (exchange.endless()) stop_reading_ = true;
    used += parser_.consumed();
    parser_.reset();
    partial_since_ = body_since_ = engine::Time::never();
    continued_ = false;
  }
  return stop_reading_ ? size : used;
}

void Connection::note_partial() {
  const engine::Time now = shared_.reactor.now();
  partial_since_ = std::min(partial_since_, now);
  if (!parser_.head_complete()) return;
  body_since_ = std::min(body_since_, now);
  // An interim answer comes behind the answers before it; if there are any, the client just waits for those.
  if (!parser_.wants_continue() || continued_ || !pipeline_.idle()) return;
  continued_ = true;
  pipeline_.out() += "HTTP/1.1 100 Continue\r\n\r\n";
  mark_dirty();
}

void Connection::refuse(const Problem& problem) {
  stop_reading_ = true;
  partial_since_ = engine::Time::never();
  pipeline_.begin(false, false, false).refuse(problem);
}

void Connection::flush() {
  dirty_ = false;
  if (!is_open()) return;
  if (lingering_) {
    if (readable_) discard();
    return;
  }
  read_on();
  if (!is_open()) return;
  if (partial_since_ != engine::Time::never()) note_partial();
  std::string& out = pipeline_.out();
  if (sent_ < out.size() && !blocked_) sent_ += send(std::string_view{out}.substr(sent_));
  if (!is_open()) return;
  if (sent_ == out.size()) {
    out.clear();
    if (out.capacity() > limits::kept_buffer_bytes) give_back(out);
    sent_ = 0;
    pipeline_.settle();
  }
  if (out.empty() && streaming()) {
    if (ended_) return close();
    if (!blocked_) pipeline_.follower()->writable();
    if (!is_open()) return;
  }
  const bool answered = pipeline_.idle() && out.empty() && !streaming();
  const bool over = stop_reading_ || (shared_.closing && partial_since_ == engine::Time::never());
  if (answered && over) return linger();
  account();
  if (!dirty_ && !blocked_ && wants_more() &&
      (readable_ || (!input_.empty() && partial_since_ == engine::Time::never())))
    mark_dirty();
  set_deadline();
}

std::size_t Connection::send(std::string_view bytes) {
  const ssize_t taken = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (taken < 0 && errno != EAGAIN && errno != EINTR) {
    close();
    return 0;
  }
  const auto count = static_cast<std::size_t>(std::max<ssize_t>(taken, 0));
  active_ = shared_.reactor.now();
  handed_ += count;
  blocked_ = count < bytes.size();
  if (!blocked_) {
    behind_since_ = engine::Time::never();
  } else if (behind_since_ == engine::Time::never()) {
    behind_since_ = active_;
    taken_before_ = this->taken();
  }
  return count;
}

std::size_t Connection::write(std::string_view bytes) {
  if (!is_open() || blocked_ || !pipeline_.out().empty()) return 0;
  const std::size_t taken = send(bytes);
  if (is_open()) set_deadline();
  return taken;
}

}  // namespace http
