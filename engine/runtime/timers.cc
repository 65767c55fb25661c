#include "engine/runtime/timers.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace runtime {

Timer::~Timer() {
  if (armed()) owner_->cancel(*this);
}

void Timer::unlink() {
  *prev_ = next_;
  if (next_ != nullptr) next_->prev_ = prev_;
  next_ = nullptr;
  prev_ = nullptr;
}

Timers::~Timers() {
  for (auto& level : wheel_) {
    for (Timer*& head : level) {
      while (head != nullptr) head->unlink();
    }
  }
}

void Timers::arm(Timer& timer, engine::Time at) {
  cancel(timer);
  timer.at_ = at;
  timer.owner_ = this;
  ++armed_;
  insert(timer, tick_ + 1);  // at least one tick ahead, so that advance ends
}

void Timers::cancel(Timer& timer) {
  if (!timer.armed()) return;
  timer.unlink();
  --armed_;
}

void Timers::insert(Timer& timer, std::int64_t earliest) {
  constexpr std::int64_t last = (std::int64_t{1} << (bits * levels)) - 1;
  // Rounded up, so that it never fires early.
  const std::int64_t wanted = timer.at_.ns / tick_ns + (timer.at_.ns % tick_ns != 0 ? 1 : 0);
  const std::int64_t due = std::clamp(wanted, earliest, last);
  const auto differing = static_cast<std::uint64_t>(due ^ tick_);
  const int level = differing == 0 ? 0 : (static_cast<int>(std::bit_width(differing)) - 1) / bits;
  Timer*& head = wheel_[static_cast<std::size_t>(level)][slot(due, level)];
  timer.next_ = head;
  if (head != nullptr) head->prev_ = &timer.next_;
  head = &timer;
  timer.prev_ = &head;
}

void Timers::cascade(int level) {
  if (level == levels) return;
  if (slot(tick_, level) == 0) cascade(level + 1);
  Timer* list = std::exchange(wheel_[static_cast<std::size_t>(level)][slot(tick_, level)], nullptr);
  while (list != nullptr) {
    Timer& timer = *list;
    list = timer.next_;
    insert(timer, tick_);  // this very tick's are fired right after
  }
}

int Timers::advance(engine::Time now) {
  const std::int64_t target = now.ns / tick_ns;
  if (armed_ == 0) {
    tick_ = std::max(tick_, target);
    return 0;
  }
  int fired = 0;
  while (tick_ < target) {
    ++tick_;
    if (slot(tick_, 0) == 0) cascade(1);
    Timer*& head = wheel_[0][slot(tick_, 0)];
    while (head != nullptr) {
      Timer& timer = *head;
      timer.unlink();
      --armed_;
      ++fired;
      timer.fire(now);
    }
  }
  return fired;
}

engine::Time Timers::next() const {
  if (armed_ == 0) return engine::Time::never();
  // Lower levels are nearer: the first timer found is in the first slot to be opened.
  for (int level = 0; level < levels; ++level) {
    for (std::size_t s = slot(tick_, level) + 1; s < slots; ++s) {
      if (wheel_[static_cast<std::size_t>(level)][s] == nullptr) continue;
      const std::int64_t begin = tick_ >> (bits * (level + 1)) << (bits * (level + 1));
      return {(begin + (static_cast<std::int64_t>(s) << (bits * level))) * tick_ns};
    }
  }
  return {(tick_ + 1) * tick_ns};
}

}  // namespace runtime
