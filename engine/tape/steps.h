// What has happened to an order and is acked: its steps, and what the order was after each.
//
// An order may go in a circle as often as a person likes: it is parked and sent on, its mail is asked for again.
// Steps of one kind that led to the same state are shown as one, where the first of them was, with how often it
// happened and where the last was; once the store has them they are kept so too. The topic has every one of them.
//
// Thread: the reactor's.
// Bounds: for each kind and state the first and the last, and what the store does not have yet, which has its room
// on the tape. usual_max steps are held without an allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/saga/event.h"
#include "engine/saga/table.h"
#include "engine/time.h"

namespace tape {

/// One acked step, as GET shows it, and what the order was after it.
struct Step {
  engine::Time at{};
  std::int64_t offset = -1;
  saga::EventKind kind = saga::EventKind::OrderPlaced;
  saga::State state = saga::State::none;
  saga::Reason reason = saga::Reason::none;
  std::uint32_t number = 0;  // 1, 2, 3, …
  engine::Time acked{};      // when this engine saw it acknowledged, on the wall clock; 0: another one did
};

class Steps {
 public:
  static constexpr std::size_t usual_max = 8;  // the longest way without a circle

  /// Steps alike, as one.
  struct Shown {
    const Step& first;
    const Step& last;
    std::uint32_t count;
  };

  /// The next one.
  void add(const Step& acked);
  /// Of an order that is read back: `more` steps like one that was added; `last` is the last of them.
  void add_repeats(const Step& last, std::uint32_t more);
  /// Keeps steps alike as one, up to step `through`: nobody asks any more for what the order was before it.
  void fold(std::uint32_t through);

  /// Calls show(Shown) for what has happened up to step `through`, the first first. Not before what was folded.
  template <class Show>
  void each(std::uint32_t through, const Show& show) const;
  /// Whether such a step has happened up to step `through`.
  bool happened(saga::EventKind kind, std::uint32_t through) const;
  /// One that was not folded, or the last or first of its kind.
  const Step& at(std::uint32_t number) const;
  /// So many are held.
  std::size_t held() const { return count_ + repeats_.size(); }

 private:
  struct Repeats {
    Step last;
    std::uint32_t more = 0;  // than the first
  };

  static bool alike(const Step& a, const Step& b) { return a.kind == b.kind && a.state == b.state; }
  const Step& step(std::size_t index) const {
    return index < usual_max ? usual_[index] : more_[index - usual_max];
  }
  Step& step(std::size_t index) { return index < usual_max ? usual_[index] : more_[index - usual_max]; }
  /// Whether one of the first `end` is like `one`.
  bool has_like(const Step& one, std::size_t end) const;
  const Repeats* repeats_of(const Step& first) const;
  Repeats& repeats_for(const Step& one);

  std::size_t count_ = 0;  // in usual_ and more_; in order
  std::array<Step, usual_max> usual_;
  std::vector<Step> more_;
  std::vector<Repeats> repeats_;  // folded: the firsts are among the others
};

template <class Show>
void Steps::each(std::uint32_t through, const Show& show) const {
  for (std::size_t i = 0; i < count_ && step(i).number <= through; ++i) {
    const Step& first = step(i);
    if (!saga::repeatable(first.kind)) {
      show(Shown{first, first, 1});
      continue;
    }
    if (has_like(first, i)) continue;
    const Repeats* const repeats = repeats_of(first);
    const Step* last = repeats == nullptr ? &first : &repeats->last;
    std::uint32_t count = repeats == nullptr ? 1 : 1 + repeats->more;
    for (std::size_t j = i + 1; j < count_ && step(j).number <= through; ++j) {
      if (!alike(first, step(j))) continue;
      last = &step(j);
      ++count;
    }
    show(Shown{first, *last, count});
  }
}

}  // namespace tape
