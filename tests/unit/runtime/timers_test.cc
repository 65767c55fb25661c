#include "engine/runtime/timers.h"

#include <deque>
#include <random>

#include "tests/catch.h"

using engine::Time;
using runtime::Timer;
using runtime::Timers;
using namespace std::chrono_literals;

namespace {

struct Recorder final : Timer {
  void fire(Time now) override {
    fired = now;
    ++count;
  }
  Time wanted{};
  Time fired{};
  int count = 0;
};

const Time start{1'700'000'000'123'456'789};

}  // namespace

TEST_CASE("a timer fires once, never early, and within two ticks of its time") {
  std::mt19937_64 random(7);
  Timers timers(start);
  std::deque<Recorder> all(5000);
  for (Recorder& timer : all) {
    // Ranges that reach every level up to about a week.
    const auto range = std::int64_t{1'000'000} << (random() % 30);
    timer.wanted =
        start + engine::Duration{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(range))};
    timers.arm(timer, timer.wanted);
  }
  Time now = start;
  while (timers.armed() > 0) {
    const Time next = timers.next();
    REQUIRE(next > now);  // it makes progress
    now = next;
    timers.advance(now);
  }
  for (const Recorder& timer : all) {
    REQUIRE(timer.count == 1);
    REQUIRE(timer.fired >= timer.wanted);
    REQUIRE(timer.fired - timer.wanted <= 2ms);
  }
}

TEST_CASE("a cancelled or destroyed timer does not fire, a moved one fires at its new time") {
  Timers timers(start);
  Recorder cancelled, moved;
  {
    Recorder destroyed;
    timers.arm(destroyed, start + 5ms);
  }
  timers.arm(cancelled, start + 5ms);
  timers.arm(moved, start + 5ms);
  timers.cancel(cancelled);
  timers.arm(moved, start + 500ms);
  REQUIRE(timers.armed() == 1);
  REQUIRE(timers.advance(start + 100ms) == 0);
  REQUIRE(timers.advance(start + 502ms) == 1);
  REQUIRE(cancelled.count == 0);
  REQUIRE(moved.count == 1);
  REQUIRE(timers.next() == Time::never());
}

TEST_CASE("a firing timer may arm itself again and cancel another") {
  struct Again final : Timer {
    Timers& timers;
    Timer* victim = nullptr;
    int count = 0;
    explicit Again(Timers& t) : timers(t) {}
    void fire(Time now) override {
      if (victim != nullptr) timers.cancel(*victim);
      if (++count < 3) timers.arm(*this, now);
    }
  };
  Timers timers(start);
  Recorder victim;
  Again again(timers);
  timers.arm(victim, start + 3ms);
  timers.arm(again, start + 1ms);
  again.victim = &victim;
  for (int ms = 1; ms <= 20; ++ms) timers.advance(start + std::chrono::milliseconds{ms});
  REQUIRE(again.count == 3);
  REQUIRE(victim.count == 0);
}
