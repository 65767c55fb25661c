#include "engine/journal/read_back_rule.h"

#include <utility>

namespace journal {

ReadBackRule::ReadBackRule(Question question, std::vector<tape::Offset>& offsets)
    : question_(std::move(question)),
      offsets_(offsets),
      rule_(question_.released.epoch, question_.released.seq),
      next_(question_.released.offset) {
  offsets_.clear();
}

bool ReadBackRule::no_offset(tape::Offset first, tape::Offset end) {
  answer_.lost = end <= question_.released.offset || end < next_;
  if (answer_.lost || first <= next_) return false;
  first_ = false;
  next_ = trimmed_ = first;
  return true;
}

bool ReadBackRule::read(const tape::Heading& heading) {
  next_ = heading.offset + 1;
  if (first_) {
    first_ = false;
    const tape::Place& released = question_.released;
    const bool there = released.seq == 0 ? heading.epoch_started && heading.opening_id == question_.opening_id
                                         : heading.epoch == released.epoch && heading.seq == released.seq;
    answer_.lost = heading.offset != released.offset || !there;
    return answer_.lost;
  }
  if (heading.epoch_started && heading.opening_id == question_.opening_id) return false;
  // Retention may have trimmed another engine's opening before we read it; its records show that it was
  // there. If it has written none, the fence in Redis shows it.
  const std::int64_t epoch = heading.epoch_started ? heading.after : heading.epoch;
  if (epoch > question_.released.offset && epoch < trimmed_) return answer_.replaced = true;
  switch (rule_.read(heading)) {
    case tape::Reading::apply:
      offsets_.push_back(heading.offset);
      return !to_the_end() && rule_.next_seq() > question_.up_to;
    case tape::Reading::opened:
      if (to_the_end() && heading.opening_id == question_.end_id) {
        new_epoch_ = heading.offset;
      } else {
        answer_.replaced = true;
      }
      return true;
    case tape::Reading::behind_hole:
      answer_.missing = true;
      return !to_the_end();
    case tape::Reading::copy_of_opening:
    case tape::Reading::opened_nothing:
    case tape::Reading::other_epoch:
    case tape::Reading::unopened:
    case tape::Reading::doubled:
    case tape::Reading::request:
      return false;
  }
  return false;
}

engine::Log::ReadBack ReadBackRule::answer() const {
  engine::Log::ReadBack answer = answer_;
  answer.offsets = offsets_;
  answer.failed = !answer.lost && !answer.replaced && !answer.missing && rule_.next_seq() <= question_.up_to;
  return answer;
}

engine::Log::Reopened ReadBackRule::answer_at_end() const {
  return {.epoch = new_epoch_,
          .offsets = offsets_,
          .replaced = answer_.replaced,
          .lost = answer_.lost,
          .failed = !answer_.lost && !answer_.replaced && new_epoch_ < 0};
}

}  // namespace journal
