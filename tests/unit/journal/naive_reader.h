// The reader rule written once more, from its words and for whole topics only: what a test believes is on the
// topic must not come from the code under test.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/unit/journal/virtual_log.h"

namespace journal::test {

struct Valid {
  tape::Place place;
  std::string key, value;
};

inline std::vector<Valid> valid_records(VirtualLog& log) {
  std::vector<Valid> valid;
  std::set<std::string> openings;
  std::int64_t epoch = -1;
  std::uint64_t last = 0;
  bool void_rest = false;
  for (std::size_t offset = 0; offset < log.topic.size(); ++offset) {
    const tape::Heading heading = log.heading(offset);
    if (heading.epoch_started) {
      const bool copy = !openings.insert(std::string{heading.opening_id}).second;
      if (copy || (heading.after != -1 && heading.after != epoch)) continue;
      epoch = static_cast<std::int64_t>(offset);
      last = 0;
      void_rest = false;
    } else if (heading.seq > 0 && heading.epoch == epoch && !void_rest && heading.seq > last) {
      void_rest = heading.seq != last + 1;
      if (void_rest) continue;
      last = heading.seq;
      valid.push_back(
          {{static_cast<tape::Offset>(offset), epoch, last}, log.topic[offset].key, log.topic[offset].value});
    }
  }
  return valid;
}

}  // namespace journal::test
