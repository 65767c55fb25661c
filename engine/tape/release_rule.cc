#include "engine/tape/release_rule.h"

#include <algorithm>
#include <bit>

#include "engine/ensure.h"

namespace tape {

ReleaseRule::ReleaseRule(std::int64_t epoch, std::size_t window)
    : epoch_(epoch), reports_(window, State::none) {
  ENSURE(std::has_single_bit(window));
}

ReleaseRule::Verdict ReleaseRule::report(std::uint64_t seq, std::int64_t offset) {
  ENSURE(seq > acked_ && seq - acked_ < reports_.size());
  if (offset >= 0 && offset != epoch_ + static_cast<std::int64_t>(seq)) {
    displaced_ = true;
    return offset <= acked_offset() ? Verdict::log_lost : Verdict::displaced;
  }
  if (offset >= 0) {
    state(seq) = State::placed;
    placed_ = std::max(placed_, seq);
  } else {
    state(seq) = State::placeless;
  }
  if (displaced_) return Verdict::displaced;
  advance();
  return Verdict::go_on;
}

void ReleaseRule::confirm(std::uint64_t up_to) {
  placed_ = std::max(placed_, up_to);
  advance();
}

void ReleaseRule::advance() {
  while (true) {
    const State next = state(acked_ + 1);
    // Offsets only grow with seq within one producer's partition, so one below a placed seq is in place too.
    const bool in_place = next == State::placed || (next == State::placeless && acked_ + 1 < placed_);
    if (!in_place && !(next == State::placeless && acked_ + 1 == placed_)) return;
    state(acked_ + 1) = State::none;
    ++acked_;
  }
}

}  // namespace tape
