// A hierarchical timing wheel: timers are armed and cancelled in constant time, whatever their number
// (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987). Seven levels of 64 slots, one tick a
// millisecond: 42 bits, every date to 2109. A timer lies at the level of the highest bits in which its tick
// differs from the present one, and moves down as those bits become equal. It never fires early, and late by
// less than two ticks plus the caller's turn.
//
// Thread: the one that owns it.
// Bounds: none of its own; a Timer is part of whatever waits.
#pragma once

#include <array>
#include <cstdint>

#include "engine/time.h"

namespace runtime {

class Timers;

class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer();

  bool armed() const { return prev_ != nullptr; }
  virtual void fire(engine::Time now) = 0;

 private:
  friend class Timers;
  void unlink();

  engine::Time at_{};
  Timer* next_ = nullptr;
  Timer** prev_ = nullptr;  // the pointer that points here
  Timers* owner_ = nullptr;
};

class Timers {
 public:
  explicit Timers(engine::Time start) : tick_(start.ns / tick_ns) {}
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;
  ~Timers();  // timers that are still armed are no longer

  /// An armed timer is moved.
  void arm(Timer& timer, engine::Time at);
  void cancel(Timer& timer);
  /// Fires all that are due; returns how many. A firing timer may arm or cancel any timer.
  int advance(engine::Time now);
  /// A time by which advance must be called: never later than the first due timer.
  engine::Time next() const;
  std::size_t armed() const { return armed_; }

 private:
  friend class Timer;
  static constexpr std::int64_t tick_ns = 1'000'000;
  static constexpr int bits = 6;
  static constexpr int slots = 1 << bits;
  static constexpr int levels = 7;

  void insert(Timer& timer, std::int64_t earliest);
  void cascade(int level);
  static std::size_t slot(std::int64_t tick, int level) {
    return static_cast<std::size_t>((tick >> (bits * level)) & (slots - 1));
  }

  std::int64_t tick_;  // all timers due at or before it have fired
  std::size_t armed_ = 0;
  std::array<std::array<Timer*, slots>, levels> wheel_{};
};

}  // namespace runtime
