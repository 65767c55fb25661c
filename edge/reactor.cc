#include "edge/reactor.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>

#include "engine/ensure.h"

namespace edge {

using namespace std::chrono_literals;

Reactor::Reactor(const runtime::Clock& clock)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      eventfd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      wall_(clock.wall()),
      now_(clock.now()),
      timers_(now_) {
  ENSURE(epoll_ >= 0 && eventfd_ >= 0);
  // Edge-triggered, it rings at each write, and need not be read.
  epoll_event event{EPOLLIN | EPOLLET, {.ptr = nullptr}};
  ENSURE(epoll_ctl(epoll_, EPOLL_CTL_ADD, eventfd_, &event) == 0);
}

Reactor::~Reactor() {
  close(eventfd_);
  close(epoll_);
}

void Reactor::watch(int fd, std::uint32_t events, Watcher& watcher) {
  epoll_event event{events, {.ptr = &watcher}};
  ENSURE(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0);
}

void Reactor::change(int fd, std::uint32_t events, Watcher& watcher) {
  epoll_event event{events, {.ptr = &watcher}};
  ENSURE(epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0);
}

void Reactor::unwatch(int fd, Watcher& watcher) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  for (int i = 0; i < ready_; ++i) {
    epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &watcher) event.events = 0;
  }
}

int Reactor::do_work(runtime::Time now) {
  now_ = now;
  // In the last run before it sleeps the worker leaves the sockets to the sleep, which ends at once if one is ready.
  const bool falls_asleep = word().load(std::memory_order_relaxed) == parked;
  if (ready_ == 0 && !falls_asleep)
    ready_ = std::max(0, epoll_wait(epoll_, events_.data(), events_a_turn, 0));
  const int dispatched = dispatch();
  return dispatched + timers_.advance(now);
}

int Reactor::dispatch() {
  int dispatched = 0;
  for (int i = 0; i < ready_; ++i) {
    const epoll_event event = events_[static_cast<std::size_t>(i)];
    if (event.events == 0) continue;  // unwatched earlier in this turn
    ++dispatched;
    if (event.data.ptr != nullptr) static_cast<Watcher*>(event.data.ptr)->ready(event.events);
  }
  ready_ = 0;
  return dispatched;
}

void Reactor::sleep(engine::Duration max) {
  if (word().load(std::memory_order_relaxed) != parked)
    return;  // the bell rings anyway; this saves a syscall
  const engine::Duration length =
      std::clamp<engine::Duration>(max, engine::Duration::zero(), std::chrono::hours{1});
  const timespec exact{.tv_sec = length / 1s, .tv_nsec = length % 1s / 1ns};
  int ready = epoll_pwait2(epoll_, events_.data(), events_a_turn, &exact, nullptr);
  if (ready < 0 &&
      (errno == ENOSYS || errno == EPERM)) {  // before Linux 5.11, or a filter that does not know it
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(length);
    ready = epoll_wait(epoll_, events_.data(), events_a_turn, static_cast<int>(ms.count()));
  }
  ready_ = std::max(0, ready);
}

void Reactor::wake() {
  const std::uint64_t one = 1;
  ENSURE(write(eventfd_, &one, sizeof one) >= -1);  // a full counter has rung already
}

}  // namespace edge
