#include "edge/participants/availability.h"

#include <algorithm>

namespace participants {

bool Availability::may_begin(std::size_t under_way, engine::Time now) const {
  switch (state_) {
    case State::up:
      return under_way < connections_;
    case State::slow:
      return under_way == 0;
    case State::away:
      return under_way == 0 && now >= until_;
  }
  return false;
}

engine::Time Availability::next() const { return state_ == State::up ? engine::Time::never() : until_; }

void Availability::ended(const Outcome& outcome, engine::Time now) {
  switch (outcome.verdict) {
    case Verdict::decided:
    case Verdict::later:
      failed_in_a_row_ = 0;
      return enter(State::up, now);
    case Verdict::not_now:
      failed_in_a_row_ = 0;
      // 409 and 425 are about their call alone.
      if ((outcome.status == 429 || outcome.status == 503) && outcome.retry_after) {
        until_ = now + *outcome.retry_after;
        return enter(State::slow, now);
      }
      return state_ == State::away ? enter(State::up, now) : void();
    case Verdict::ours_to_mend:
      return go_away(outcome, now);
    case Verdict::not_this_time:
      if (state_ == State::away || outcome.reach == Reach::never_reached || ++failed_in_a_row_ >= several)
        go_away(outcome, now);
      return;
  }
}

void Availability::look_at(engine::Time now) {
  if (state_ == State::slow && now >= until_) enter(State::up, now);
}

void Availability::enter(State state, engine::Time now) {
  if (state != state_) since_ = now;
  state_ = state;
}

void Availability::go_away(const Outcome& outcome, engine::Time now) {
  // Calls that were under way when it went away, and fail in the same moment, are one failure.
  if (state_ == State::away && now < until_) return;
  backoff_ = state_ == State::away ? std::min(2 * backoff_, backoff_max_) : backoff_min_;
  until_ = now + std::max(backoff_, outcome.retry_after.value_or(engine::Duration::zero()));
  enter(State::away, now);
}

}  // namespace participants
