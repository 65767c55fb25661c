#include "engine/tape/release_rule.h"

#include <algorithm>
#include <bit>

#include "engine/ensure.h"

namespace tape {

ReleaseRule::ReleaseRule(std::int64_t epoch, std::size_t window) : cells_(window) {
  ENSURE(std::has_single_bit(window));
  restart(epoch);
}

void ReleaseRule::restart(std::int64_t epoch) {
  acked_ = 0;
  acked_offset_ = epoch;
  run_end_ = 1;
  lost_ = false;
  std::fill(cells_.begin(), cells_.end(), Cell{});
}

void ReleaseRule::report(std::uint64_t seq, std::int64_t offset) {
  if (seq <= acked_) return;  // known from a read-back already
  ENSURE(seq - acked_ < cells_.size());
  lost_ = lost_ || (offset >= 0 && offset <= acked_offset_);
  if (cell(seq).found) return;
  cell(seq).offset = offset >= 0 ? offset : placeless;
  look_ahead();
}

void ReleaseRule::found(std::uint64_t seq, std::int64_t offset) {
  if (seq <= acked_) return;
  ENSURE(seq - acked_ < cells_.size());
  lost_ = lost_ || offset <= acked_offset_;
  cell(seq) = {offset, true};
  run_end_ = acked_ + 1;  // the run may have ended before this one
  look_ahead();
}

/// Ends at the latest at the one cell of the window that no report can be for.
void ReleaseRule::look_ahead() {
  run_end_ = std::max(run_end_, acked_ + 1);
  while (cell(run_end_).offset == placeless) ++run_end_;
}

std::optional<std::int64_t> ReleaseRule::next_place() const {
  if (lost_) return std::nullopt;
  const std::int64_t expected = acked_offset_ + 1;
  const Cell& next = cell(acked_ + 1);
  if (next.offset == expected || (next.found && next.offset > acked_offset_)) return next.offset;
  if (next.offset != placeless) return std::nullopt;
  const bool in_line = cell(run_end_).offset - acked_offset_ == static_cast<std::int64_t>(run_end_ - acked_);
  return in_line ? std::optional{expected} : std::nullopt;
}

std::optional<std::int64_t> ReleaseRule::release_next() {
  const std::optional<std::int64_t> place = next_place();
  if (!place) return std::nullopt;
  cell(acked_ + 1) = {};
  ++acked_;
  acked_offset_ = *place;
  look_ahead();
  return place;
}

ReleaseRule::Blocked ReleaseRule::blocked() const {
  if (lost_) return Blocked::lost;
  if (cell(acked_ + 1).offset == unreported || next_place()) return Blocked::no;
  const std::int64_t placed = cell(run_end_).offset;  // of the next one, or of the one behind the run
  if (placed == unreported) return Blocked::placeless;
  return placed <= acked_offset_ ? Blocked::lost : Blocked::displaced;
}

}  // namespace tape
