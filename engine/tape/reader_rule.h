// The reader rule (law 5): which records of the topic are valid. Fed with every record in offset order,
// starting at an EpochStarted or at a checkpoint; says of each whether to apply it. For the engine, the
// verifier, and any consumer that needs exactness.
//
//   An EpochStarted opens a new epoch at its own offset, with seq 1 next. A copy of one already seen is
//   dropped; one that continues another epoch (`after`) opens only if that one is current. Any other record
//   counts only if it is of the current epoch and carries the expected seq. A lower seq is a producer's retry
//   written twice; a higher one is a hole, and voids the rest of the epoch. A record without epoch and seq is
//   somebody's request, never state.
// Pure: no I/O, no clock. Apply it before any dedup by event id.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace tape {

/// What the rule needs to know of a record.
struct Heading {
  std::int64_t offset = 0;
  std::string_view type{};  // as it stands in the record; the rule does not ask
  bool epoch_started = false;
  std::string_view opening_id{};  // EpochStarted: the id of the opening
  std::int64_t after = -1;        // EpochStarted: the epoch it continues, or -1
  std::int64_t epoch = -1;        // other events: -1 when the record carries none
  std::uint64_t seq = 0;
};

enum class Reading : std::uint8_t {
  apply,
  opened,  // an EpochStarted that opened its epoch
  copy_of_opening,
  opened_nothing,  // continued an epoch that is not current
  other_epoch,     // of an engine that has been replaced
  unopened,        // of an epoch without an EpochStarted before it: the log has lost its beginning
  doubled,
  behind_hole,
  request,
};

class ReaderRule {
 public:
  /// From the beginning of a log, or right at an EpochStarted.
  ReaderRule() = default;
  /// From a checkpoint: the record of `epoch` with `seq` was the last applied. `opening`: the id of the
  /// epoch's opening, where it is known, for a copy of it may come late.
  ReaderRule(std::int64_t epoch, std::uint64_t seq, std::string_view opening = {})
      : epoch_(epoch), next_seq_(seq + 1), opening_(opening) {
    if (!opening.empty()) openings_.emplace_back(opening);
  }

  Reading read(const Heading& heading);

  std::int64_t epoch() const { return epoch_; }
  std::uint64_t next_seq() const { return next_seq_; }
  bool holed() const { return holed_; }
  /// The id of the opening of epoch(); empty where it is not known.
  const std::string& opening() const { return opening_; }

 private:
  // Openings are copied only by a producer's retry, close behind; this many are remembered.
  static constexpr std::size_t openings_remembered = 64;

  std::int64_t epoch_ = -1;
  std::uint64_t next_seq_ = 1;
  bool holed_ = false;
  std::string opening_;
  std::deque<std::string> openings_;
};

}  // namespace tape
