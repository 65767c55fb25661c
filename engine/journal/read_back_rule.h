// What the journal learns from reading the log behind the last released event: at which offsets its own
// events stand, and whether another engine has opened an epoch in between. It ends when all events asked
// about are found, or at an opening of our own (law 9).
//
// Thread: the caller's; pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "engine/tape/reader_rule.h"

namespace journal {

class ReadBackRule {
 public:
  struct Question {
    tape::Place released;
    std::uint64_t up_to = 0;  // our last seq of interest; without meaning when there is an end
    std::string opening_id;   // of our EpochStarted: a copy of it opens nothing
    std::string end_id{};     // of the EpochStarted that continues us, when reading up to that
  };
  /// What is found goes into `offsets`.
  ReadBackRule(Question question, std::vector<tape::Offset>& offsets);

  /// Takes each record from the released one on, in offset order. True: nothing more is needed.
  bool read(const tape::Heading& heading);
  /// The topic does not have the offset that was to be read next: it holds `first` up to before `end`. True:
  /// it was only trimmed, and is to be read on from `first`. Else Kafka has lost what it acknowledged, or the
  /// topic is to be asked again.
  bool no_offset(tape::Offset first, tape::Offset end);
  bool to_the_end() const { return !question_.end_id.empty(); }

  /// The partition ended, or could not be read on.
  engine::Log::ReadBack answer() const;
  engine::Log::Reopened answer_at_end() const;

 private:
  const Question question_;
  std::vector<tape::Offset>& offsets_;
  tape::ReaderRule rule_;
  bool first_ = true;
  tape::Offset next_;          // the offset to be read
  tape::Offset trimmed_ = -1;  // what lay below has been trimmed, unread
  std::int64_t new_epoch_ = -1;
  engine::Log::ReadBack answer_;
};

}  // namespace journal
