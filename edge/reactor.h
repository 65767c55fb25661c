// The reactor: epoll, timers and the way to sleep of the worker it runs on. One turn of do_work has three
// phases, each with a budget: sockets that are ready (at most `events_a_turn`), timers that are due, then
// back to the other agents. The worker sleeps here too: as its Parker the reactor waits in epoll_wait, and a
// signal writes to an eventfd.
//
// Thread: the worker that runs it, for everything but signal(). Nothing called from here may block.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>

#include "engine/runtime/agent.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/parker.h"
#include "engine/runtime/timers.h"

namespace edge {

/// Whoever owns a watched descriptor. It may unwatch itself or any other descriptor from within ready().
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// `events` as epoll has them: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP.
  virtual void ready(std::uint32_t events) = 0;
};

class Reactor final : public runtime::Agent, public runtime::Parker {
 public:
  explicit Reactor(const runtime::Clock& clock);
  ~Reactor() override;

  /// Level-triggered unless `events` has EPOLLET. The descriptor stays the caller's; unwatch before closing
  /// it.
  void watch(int fd, std::uint32_t events, Watcher& watcher);
  void change(int fd, std::uint32_t events, Watcher& watcher);
  /// After this the watcher is not called again, not even for an event of this turn.
  void unwatch(int fd, Watcher& watcher);

  runtime::Timers& timers() { return timers_; }
  /// The time of this turn.
  runtime::Time now() const { return now_; }
  /// The same, for people to read.
  runtime::Time shown() const { return wall_.shown(now_); }

  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override { return timers_.next(); }
  std::string_view name() const override { return "reactor"; }

 private:
  static constexpr int events_a_turn = 128;

  void sleep(engine::Duration max) override;
  void wake() override;
  int dispatch();

  const int epoll_;
  const int eventfd_;
  const runtime::WallClock& wall_;
  runtime::Time now_;
  runtime::Timers timers_;
  std::array<epoll_event, events_a_turn> events_{};
  int ready_ = 0;  // events_ filled and not yet dispatched
};

}  // namespace edge
