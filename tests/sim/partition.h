// The topic partition: what every engine has ever written to it, and everybody else. Outlives the engines.
// Bounds: none; it grows. Views into an entry stay valid.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "engine/tape/tape.h"

namespace sim {

class Partition {
 public:
  struct Entry {
    std::string key, value;
    bool occupied = true;  // else its offset is taken but there is no record, as after a transaction's marker
  };

  /// What lay before `begin` has been trimmed.
  explicit Partition(tape::Offset begin) : begin_(begin) {}

  tape::Offset append(std::string_view key, std::string_view value) {
    entries_.push_back({std::string{key}, std::string{value}});
    return end() - 1;
  }
  void skip_offset() { entries_.push_back({{}, {}, false}); }

  /// Whether another opening lies behind the one at `offset`. Kafka's idempotence keeps a retry from being
  /// written so late: copies of openings come only before.
  bool opened_since(tape::Offset offset) const {
    const std::string& opening = at(offset).value;
    for (tape::Offset later = offset + 1; later < end(); ++later) {
      if (at(later).value != opening && at(later).value.find(R"(EpochStarted")") != std::string::npos)
        return true;
    }
    return false;
  }

  tape::Offset begin() const { return begin_; }
  tape::Offset end() const { return begin_ + static_cast<tape::Offset>(entries_.size()); }
  const Entry& at(tape::Offset offset) const { return entries_[static_cast<std::size_t>(offset - begin_)]; }

 private:
  const tape::Offset begin_;
  std::deque<Entry> entries_;
};

}  // namespace sim
