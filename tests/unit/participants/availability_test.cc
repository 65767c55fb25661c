#include "edge/participants/availability.h"

#include "tests/catch.h"

using namespace participants;
using State = Availability::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr engine::Time start{1'000'000'000};

Outcome outcome(Verdict verdict, int status = 200, Reach reach = Reach::answered) {
  Outcome made;
  made.verdict = verdict;
  made.status = status;
  made.reach = reach;
  return made;
}
Outcome paused(int status, engine::Duration by) {
  Outcome made = outcome(Verdict::not_now, status);
  made.retry_after = by;
  return made;
}
const Outcome decided = outcome(Verdict::decided);
const Outcome refused = outcome(Verdict::not_this_time, 0, Reach::never_reached);
const Outcome cut = outcome(Verdict::not_this_time, 0, Reach::sent);
const Outcome forbidden = outcome(Verdict::ours_to_mend, 403);

Settings settings() {
  Settings made;
  made.connections = 4;
  return made;
}

}  // namespace

TEST_CASE("one that is up has as many calls under way as there are connections") {
  Availability availability{settings()};
  CHECK(availability.may_begin(3, start));
  CHECK_FALSE(availability.may_begin(4, start));
  CHECK(availability.next() == engine::Time::never());
}

TEST_CASE("one that cannot be reached, or answers what is ours to mend, is away at once") {
  for (const Outcome& bad : {refused, forbidden}) {
    Availability availability{settings()};
    availability.ended(bad, start);
    CHECK(availability.state() == State::away);
    CHECK(availability.since() == start);
    CHECK_FALSE(availability.may_begin(0, start));
    CHECK(availability.may_begin(0, start + milliseconds{100}));
    CHECK_FALSE(availability.may_begin(1, start + milliseconds{100}));  // one at a time
    availability.ended(outcome(Verdict::not_now, 409), start + milliseconds{101});
    CHECK(availability.state() == State::up);
    CHECK(availability.since() == start + milliseconds{101});
  }
}

TEST_CASE("the probes of one that stays away are further and further apart") {
  Availability availability{settings()};
  engine::Time now = start;
  availability.ended(refused, now);
  for (const int ms : {100, 200, 400, 800, 1600, 3200, 6400, 10'000, 10'000}) {
    CHECK(availability.next() - now == milliseconds{ms});
    CHECK(availability.since() == start);
    now = availability.next();
    availability.ended(cut, now);
  }
  availability.ended(decided, now);
  availability.ended(refused, now);
  CHECK(availability.next() - now == milliseconds{100});
}

TEST_CASE("calls that fail in the same moment are one failure") {
  Availability availability{settings()};
  for (int i = 0; i < 4; ++i) availability.ended(refused, start + milliseconds{i});
  CHECK(availability.next() == start + milliseconds{100});
}

TEST_CASE("what comes of one call is about that call, of three in a row about the participant") {
  Availability availability{settings()};
  for (const Outcome& good : {decided, outcome(Verdict::later, 202), outcome(Verdict::not_now, 409)}) {
    availability.ended(cut, start);
    availability.ended(outcome(Verdict::not_this_time, 500), start);
    CHECK(availability.state() == State::up);
    availability.ended(good, start);
  }
  for (int i = 0; i < 3; ++i) availability.ended(cut, start);
  CHECK(availability.state() == State::away);
}

TEST_CASE("one that asks for a pause is asked one thing at a time until the pause is over") {
  for (const int status : {429, 503}) {
    Availability availability{settings()};
    availability.ended(paused(status, seconds{5}), start);
    CHECK(availability.state() == State::slow);
    CHECK(availability.may_begin(0, start));
    CHECK_FALSE(availability.may_begin(1, start));
    CHECK(availability.next() == start + seconds{5});
    SECTION("or it takes one") {
      availability.ended(decided, start + seconds{1});
      CHECK(availability.state() == State::up);
    }
    SECTION("over") {
      availability.look_at(start + seconds{4});
      CHECK(availability.state() == State::slow);
      availability.look_at(start + seconds{5});
      CHECK(availability.state() == State::up);
      CHECK(availability.may_begin(3, start + seconds{5}));
    }
  }
}

TEST_CASE("a call that is under way there already holds up no other") {
  for (const int status : {409, 425}) {
    Availability availability{settings()};
    availability.ended(paused(status, seconds{5}), start);
    CHECK(availability.state() == State::up);
  }
}

TEST_CASE("one that is away and says when to come again is heard") {
  Availability availability{settings()};
  Outcome gone = forbidden;
  gone.retry_after = seconds{30};
  availability.ended(gone, start);
  CHECK(availability.next() == start + seconds{30});
}
