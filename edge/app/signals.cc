#include "edge/app/signals.h"

#include <csignal>
#include <ctime>

namespace edge {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

void block_signals() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool told_to_stop(std::chrono::milliseconds wait) {
  const sigset_t signals = stop_signals();
  const timespec timeout{wait.count() / 1000, static_cast<long>(wait.count() % 1000 * 1'000'000)};
  return sigtimedwait(&signals, nullptr, &timeout) > 0;
}

}  // namespace edge
