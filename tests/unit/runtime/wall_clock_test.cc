#include "engine/runtime/wall_clock.h"

#include "engine/runtime/clock.h"
#include "tests/catch.h"

using namespace std::chrono_literals;
using engine::Time;

TEST_CASE("a wall clock that nobody sets shows the timeline") {
  runtime::WallClock wall;
  const Time now{1'700'000'000'000'000'000};
  REQUIRE(wall.shown(now) == now);
  wall.follow(now, now + 9ms);  // two readings of the same time
  REQUIRE(wall.shown(now) == now);
}

TEST_CASE("a step forwards is followed at once, and the timeline knows nothing of it") {
  runtime::ManualClock clock;
  const Time before = clock.now();
  clock.step_wall(1h);
  REQUIRE(clock.now() == before);
  REQUIRE(clock.shown() == before + 1h);
  clock.advance(1s);
  REQUIRE(clock.shown() == before + 1h + 1s);
}

TEST_CASE("after a step backwards the time shown stands still until the wall clock has caught up") {
  runtime::ManualClock clock;
  const Time last = clock.shown();
  clock.step_wall(-1h);
  REQUIRE(clock.shown() == last);
  clock.advance(30min);
  REQUIRE(clock.shown() == last);
  clock.step_wall(-10min);
  REQUIRE(clock.shown() == last);
  clock.advance(40min);
  REQUIRE(clock.shown() == last);
  clock.advance(1s);
  REQUIRE(clock.shown() == last + 1s);
}

TEST_CASE("steps there and back never show an earlier time than before") {
  runtime::ManualClock clock;
  Time last = clock.shown();
  for (const engine::Duration step : {engine::Duration{1h}, engine::Duration{-2h}, engine::Duration{30min},
                                      engine::Duration{-1min}, engine::Duration{3h}, engine::Duration{-3h}}) {
    clock.step_wall(step);
    for (int i = 0; i < 100; ++i) {
      clock.advance(1min);
      REQUIRE(clock.shown() >= last);
      last = clock.shown();
    }
  }
}
