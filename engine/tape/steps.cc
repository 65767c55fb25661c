#include "engine/tape/steps.h"

#include <algorithm>

#include "engine/ensure.h"

namespace tape {

void Steps::add(const Step& acked) {
  if (count_ < usual_max) {
    usual_[count_] = acked;
  } else {
    more_.push_back(acked);
  }
  ++count_;
}

void Steps::add_repeats(const Step& last, std::uint32_t more) { repeats_.push_back({last, more}); }

void Steps::fold(std::uint32_t through) {
  if (count_ <= usual_max) return;  // it costs nothing to hold those
  std::size_t left = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const Step one = step(i);
    if (one.number > through || !has_like(one, left)) {
      step(left++) = one;
      continue;
    }
    Repeats& repeats = repeats_for(one);
    repeats.last = one;
    ++repeats.more;
  }
  count_ = left;
  more_.resize(left > usual_max ? left - usual_max : 0);
}

bool Steps::happened(saga::EventKind kind, std::uint32_t through) const {
  for (std::size_t i = 0; i < count_ && step(i).number <= through; ++i) {
    if (step(i).kind == kind) return true;
  }
  return false;
}

const Step& Steps::at(std::uint32_t number) const {
  for (std::size_t i = count_; i > 0; --i) {
    if (step(i - 1).number == number) return step(i - 1);
  }
  const auto found = std::find_if(repeats_.begin(), repeats_.end(),
                                  [&](const Repeats& repeats) { return repeats.last.number == number; });
  ENSURE(found != repeats_.end());
  return found->last;
}

bool Steps::has_like(const Step& one, std::size_t end) const {
  for (std::size_t i = 0; i < end; ++i) {
    if (alike(step(i), one)) return true;
  }
  return false;
}

const Steps::Repeats* Steps::repeats_of(const Step& first) const {
  const auto found = std::find_if(repeats_.begin(), repeats_.end(),
                                  [&](const Repeats& repeats) { return alike(repeats.last, first); });
  return found == repeats_.end() ? nullptr : &*found;
}

Steps::Repeats& Steps::repeats_for(const Step& one) {
  const auto found = std::find_if(repeats_.begin(), repeats_.end(),
                                  [&](const Repeats& repeats) { return alike(repeats.last, one); });
  return found == repeats_.end() ? repeats_.emplace_back() : *found;
}

}  // namespace tape
