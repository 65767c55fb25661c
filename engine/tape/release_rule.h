// The release rule (law 5): up to which seq of our epoch may the outside be told. Seq s counts as acked only
// when all of 1..s are acked and their offsets are epoch+1 .. epoch+s. A foreign record in between shifts our
// offsets, so our own delivery reports tell a replaced engine that it has been replaced. Reports come in any
// order; some have no offset (a retry that the broker had already). Such a one counts from its neighbours:
// between two that are in place it can only be in place itself. Alone at the end it must be read back. Pure:
// no I/O. Thread: the journal's. Bounds: remembers at most `window` reports ahead of the acked prefix; the
// window is fixed at construction.
#pragma once

#include <cstdint>
#include <vector>

namespace tape {

class ReleaseRule {
 public:
  enum class Verdict : std::uint8_t {
    go_on,
    /// An offset other than expected: nothing more is released until the log was read from acked_offset() on.
    displaced,
    /// An offset below what was released: Kafka has lost what it acknowledged.
    log_lost,
  };

  /// `epoch` is the offset of our EpochStarted; `window` the most reports that can be outstanding, a power of
  /// two.
  ReleaseRule(std::int64_t epoch, std::size_t window);

  /// A message with this seq was delivered; `offset` is negative when the report has none.
  Verdict report(std::uint64_t seq, std::int64_t offset);

  /// 1..acked() may be released.
  std::uint64_t acked() const { return acked_; }
  std::int64_t acked_offset() const { return epoch_ + static_cast<std::int64_t>(acked_); }
  /// The next one is delivered but nobody knows where: to be read back if that lasts.
  bool needs_read_back() const { return state(acked_ + 1) == State::placeless; }
  /// The read-back found seqs up to this one in their places.
  void confirm(std::uint64_t up_to);

 private:
  enum class State : std::uint8_t { none, placed, placeless };

  State& state(std::uint64_t seq) { return reports_[seq & (reports_.size() - 1)]; }
  State state(std::uint64_t seq) const { return reports_[seq & (reports_.size() - 1)]; }
  void advance();

  const std::int64_t epoch_;
  std::uint64_t acked_ = 0;
  std::uint64_t placed_ = 0;  // the highest seq known to be in its place
  bool displaced_ = false;
  std::vector<State> reports_;
};

}  // namespace tape
