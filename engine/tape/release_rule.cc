#include "engine/tape/release_rule.h"

#include <algorithm>
#include <bit>

#include "engine/ensure.h"
#include "engine/seeded_bug.h"

namespace tape {

ReleaseRule::ReleaseRule(std::int64_t epoch, std::size_t window) : acked_offset_(epoch), cells_(window) {
  ENSURE(std::has_single_bit(window));
}

bool ReleaseRule::report(std::uint64_t seq, std::int64_t offset) {
  if (seq <= acked_) return true;  // known from a read-back already
  ENSURE(seq - acked_ < cells_.size());
  if (offset >= 0 && offset <= acked_offset_) return false;
  if (cell(seq).found) return true;
  cell(seq).offset = offset >= 0 ? offset : placeless;
  if (offset >= 0) highest_ = std::max(highest_, seq);
  return true;
}

void ReleaseRule::found(std::uint64_t seq, std::int64_t offset) {
  if (seq <= acked_) return;
  ENSURE(seq - acked_ < cells_.size() && offset > acked_offset_);
  cell(seq) = {offset, true};
  highest_ = std::max(highest_, seq);
}

std::optional<std::int64_t> ReleaseRule::next_place() const {
  const Cell& next = cell(acked_ + 1);
  const std::int64_t expected = acked_offset_ + 1;
  if (next.found || next.offset == expected) return next.offset;
  if (SEEDED_BUG(offset_trusted) && next.offset >= 0) return next.offset;
  if (SEEDED_BUG(offset_guessed) && next.offset == placeless) return expected;
  if (next.offset != placeless || highest_ <= acked_) return std::nullopt;
  const bool in_line = cell(highest_).offset - acked_offset_ == static_cast<std::int64_t>(highest_ - acked_);
  return in_line ? std::optional{expected} : std::nullopt;
}

std::optional<std::int64_t> ReleaseRule::release_next() {
  const std::optional<std::int64_t> place = next_place();
  if (!place) return std::nullopt;
  cell(acked_ + 1) = {};
  ++acked_;
  acked_offset_ = *place;
  return place;
}

ReleaseRule::Blocked ReleaseRule::blocked() const {
  const std::int64_t next = cell(acked_ + 1).offset;
  if (next == unreported || next_place()) return Blocked::no;
  return next == placeless && highest_ <= acked_ ? Blocked::placeless : Blocked::displaced;
}

}  // namespace tape
