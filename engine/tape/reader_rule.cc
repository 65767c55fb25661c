#include "engine/tape/reader_rule.h"

#include <algorithm>

namespace tape {

Reading ReaderRule::read(const Heading& heading) {
  if (heading.epoch_started) {
    if (std::find(openings_.begin(), openings_.end(), heading.opening_id) != openings_.end()) {
      return Reading::copy_of_opening;
    }
    openings_.emplace_back(heading.opening_id);
    if (openings_.size() > openings_remembered) openings_.pop_front();
    if (heading.after >= 0 && heading.after != epoch_) return Reading::opened_nothing;
    epoch_ = heading.offset;
    opening_ = heading.opening_id;
    next_seq_ = 1;
    holed_ = false;
    return Reading::opened;
  }
  if (heading.epoch < 0 || heading.seq == 0) return Reading::request;
  if (heading.epoch != epoch_) return epoch_ < 0 ? Reading::unopened : Reading::other_epoch;
  if (holed_) return Reading::behind_hole;
  if (heading.seq < next_seq_) return Reading::doubled;
  if (heading.seq > next_seq_) {
    holed_ = true;
    return Reading::behind_hole;
  }
  ++next_seq_;
  return Reading::apply;
}

}  // namespace tape
