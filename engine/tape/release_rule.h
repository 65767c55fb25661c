// The release rule (law 5): up to which seq of our epoch the outside may be told. Seq s counts as acked only
// when 1..s all are and lie one behind the other from the epoch on. A foreign record in between shifts our
// offsets, so our own delivery reports tell a replaced engine that it has been replaced.
//
// Reports come in any order; some have no offset (a retry that the broker had already). Such a one counts
// from its neighbours: a run of them is in place if the one behind the run lies exactly as far from the acked
// prefix as it should. A seq not yet reported ends the run: what nobody has acknowledged proves nothing. When
// the next seq can not be judged, it is blocked, and the log must be read back: what the reader rule finds
// there counts wherever it lies (records of strangers in between are harmless then).
//
// Counting assumes that one producer's records lie on the log in the order it produced them (idempotence) and
// that what Kafka has acknowledged stays there. Had Kafka lost one of such a run and a foreign record taken
// its offset, even another engine's EpochStarted, the count would still come out and the lost one be
// released; if nothing took it, those behind lie too low, which blocks.
//
// Pure: no I/O, no clock.
//
// Thread: the journal's.
// Bounds: `window` reports ahead of the acked prefix, fixed at construction; a cell is looked at once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tape {

class ReleaseRule {
 public:
  enum class Blocked : std::uint8_t {
    no,         // waits for its report
    displaced,  // lies elsewhere than expected: read back at once
    placeless,  // delivered, nobody knows where: read back if that lasts
    lost,       // lies in the part already released: Kafka has lost what it acknowledged
  };

  /// `epoch` is the offset of our EpochStarted; `window` the most reports that can be outstanding, a power of
  /// two.
  ReleaseRule(std::int64_t epoch, std::size_t window);
  /// Forgets everything: a new epoch of ours begins.
  void restart(std::int64_t epoch);

  /// Seq was delivered; `offset` is negative when the report has none.
  void report(std::uint64_t seq, std::int64_t offset);
  /// The read-back found seq, valid by the reader rule, at `offset`.
  void found(std::uint64_t seq, std::int64_t offset);

  /// Releases the next seq, acked() + 1, if it may be; its offset.
  std::optional<std::int64_t> release_next();
  Blocked blocked() const;

  std::uint64_t acked() const { return acked_; }
  std::int64_t acked_offset() const { return acked_offset_; }

 private:
  static constexpr std::int64_t unreported = -2;
  static constexpr std::int64_t placeless = -1;
  struct Cell {
    std::int64_t offset = unreported;
    bool found = false;
  };

  const Cell& cell(std::uint64_t seq) const { return cells_[seq & (cells_.size() - 1)]; }
  Cell& cell(std::uint64_t seq) { return cells_[seq & (cells_.size() - 1)]; }
  /// The next seq's offset if a report or a read-back puts it in place.
  std::optional<std::int64_t> next_place() const;
  void look_ahead();

  std::uint64_t acked_ = 0;
  std::int64_t acked_offset_ = -1;
  std::uint64_t run_end_ = 1;  // the first seq behind the acked ones that is not placeless
  bool lost_ = false;          // something was reported or found where a released one lies
  std::vector<Cell> cells_;
};

}  // namespace tape
