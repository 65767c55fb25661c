#include "edge/app/signals.h"

#include <csignal>
#include <ctime>

namespace edge {

bool told_to_stop(std::chrono::milliseconds wait) {
  // They are blocked, so they wait here to be fetched.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  const timespec timeout{wait.count() / 1000, static_cast<long>(wait.count() % 1000 * 1'000'000)};
  return sigtimedwait(&signals, nullptr, &timeout) > 0;
}

}  // namespace edge
