#include "engine/runtime/parker.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace runtime {

constinit thread_local Parker* Parker::current_ = nullptr;

void Parker::signal() {
  if (current_ == this) return;
  // acq_rel: pairs with the exchange in prepare(); see the header.
  if (word_.exchange(awake, std::memory_order_acq_rel) == parked) wake();
}

void Parker::park(engine::Duration max) {
  if (max.count() > 0) sleep(max);
  cancel();
}

void FutexParker::sleep(engine::Duration max) {
  // An hour bounds the wait, so that Time::never() needs no case of its own.
  const engine::Duration bounded = std::min<engine::Duration>(max, std::chrono::hours{1});
  const timespec timeout{static_cast<time_t>(bounded.count() / 1'000'000'000),
                         static_cast<long>(bounded.count() % 1'000'000'000)};
  syscall(SYS_futex, &word(), FUTEX_WAIT_PRIVATE, parked, &timeout, nullptr, 0);
}

void FutexParker::wake() { syscall(SYS_futex, &word(), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }

}  // namespace runtime
