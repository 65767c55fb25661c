// How a connection ends: its deadlines, and closing it so that the last answer still arrives.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "edge/http/wire/connection.h"

namespace http {
namespace {

constexpr engine::Duration linger_deadline = std::chrono::seconds{2};

}  // namespace

engine::Time Connection::due() const {
  if (lingering_) return lingering_since_ + linger_deadline;
  const WireSettings& settings = shared_.settings;
  engine::Time due = engine::Time::never();
  if (behind_since_ != engine::Time::never()) {
    due = shared_.closing ? std::max(behind_since_, shared_.closing_since) + settings.closing_deadline
                          : behind_since_ + settings.write_deadline;
  }
  if (body_since_ != engine::Time::never()) {
    due = std::min(due, body_since_ + settings.body_deadline);
  } else if (partial_since_ != engine::Time::never()) {
    due = std::min(due, partial_since_ + settings.head_deadline);
  } else if (!streaming() && pipeline_.idle() && !blocked_) {
    due = std::min(due, active_ + settings.idle_deadline);
  }
  return due;
}

/// Most of the time the deadline moves away: the timer stays and finds out when it fires.
void Connection::set_deadline() {
  const engine::Time wanted = due();
  if (wanted == engine::Time::never() || (armed() && armed_ <= wanted)) return;
  armed_ = wanted;
  shared_.reactor.timers().arm(*this, wanted);
}

void Connection::fire(engine::Time now) {
  if (now < due()) return set_deadline();
  if (keeps_up(now)) return set_deadline();
  if (lingering_ || behind_since_ != engine::Time::never() || partial_since_ == engine::Time::never())
    return close();
  refuse({.status = 408, .detail = "the request did not arrive in time"});
}

/// What has left the socket's own buffer: a slow client's window opens in lumps, the buffer's room even more
/// so.
std::uint64_t Connection::taken() const {
  int buffered = 0;
  if (ioctl(fd_, SIOCOUTQ, &buffered) != 0) return handed_;
  return handed_ - static_cast<std::uint64_t>(buffered);
}

/// A slow client has taken enough in its time, and gets as much again.
bool Connection::keeps_up(engine::Time now) {
  if (behind_since_ == engine::Time::never() || lingering_ || shared_.closing ||
      now < behind_since_ + shared_.settings.write_deadline)
    return false;
  const std::uint64_t before = std::exchange(taken_before_, taken());
  behind_since_ = now;
  return taken_before_ - before >= limits::taken_bytes;
}

void Connection::finish() { close(); }

void Connection::close_when_idle() {
  if (!is_open()) return;
  if (streaming()) return close();
  set_deadline();
  if (!pipeline_.idle() || partial_since_ != engine::Time::never() || readable_) return;
  stop_reading_ = true;
  mark_dirty();
}

void Connection::linger() {
  if (ended_) return close();
  lingering_ = true;
  lingering_since_ = shared_.reactor.now();
  input_.clear();
  shutdown(fd_, SHUT_WR);
  discard();
  if (is_open()) set_deadline();
}

void Connection::discard() {
  if (ended_) return;
  for (int i = 0; i < 16; ++i) {
    const ssize_t got = recv(fd_, shared_.scratch.data(), shared_.scratch.size(), 0);
    if (got > 0) continue;
    readable_ = false;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got < 0 || lingering_) return close();
    ended_ = true;
    return mark_dirty();
  }
  mark_dirty();
}

void Connection::close() {
  shared_.reactor.unwatch(fd_, *this);
  ::close(fd_);
  fd_ = -1;
  shared_.reactor.timers().cancel(*this);
  Shared::add(shared_.connections, -1);
  input_.clear();
  pipeline_.abandon();
  account();
  shared_.closed.push_back(this);
}

}  // namespace http
