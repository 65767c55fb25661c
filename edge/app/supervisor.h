// What systemd is told of this process (Type=notify): that it is up, what it does, that it still turns. Without a
// supervisor that asks (NOTIFY_SOCKET in the environment) every call does nothing.
//
// Up is when HTTP answers: a standby and a long start are that, too, and say so in the status line. That it turns is said
// by the reactor itself, so a reactor that hangs is one that is restarted (WatchdogSec).
// Thread: main's; but for Heartbeat, which is the reactor's. Never blocks: a message that finds no room is not sent.
#pragma once

#include <sys/un.h>

#include <string>
#include <string_view>

#include "engine/runtime/agent.h"

namespace edge {

class Supervisor {
 public:
  Supervisor();
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  void up() { tell("READY=1"); }
  void stopping() { tell("STOPPING=1"); }
  /// Said when it has changed.
  void status(std::string_view text);
  /// From any thread.
  void alive() const { tell("WATCHDOG=1"); }
  /// How often alive() is wanted; 0: nobody watches.
  engine::Duration watchdog() const { return watchdog_; }

 private:
  void tell(std::string_view message) const;

  int socket_ = -1;
  sockaddr_un address_{};
  unsigned address_bytes_ = 0;
  engine::Duration watchdog_{0};
  std::string status_;
};

/// Among the reactor's agents.
class Heartbeat final : public runtime::Agent {
 public:
  explicit Heartbeat(const Supervisor& supervisor)
      : supervisor_(supervisor),
        next_(supervisor.watchdog().count() == 0 ? runtime::Time::never() : runtime::Time{}) {}

  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override { return next_; }
  std::string_view name() const override { return "heartbeat"; }

 private:
  const Supervisor& supervisor_;
  runtime::Time next_{};
};

}  // namespace edge
