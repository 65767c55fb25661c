// The tape: one ring of events, the in-memory twin of the topic partition. A claim is one fetch_add, and its
// order is the one total order of everything that happened.
//
//        stored        released  acked        produced            claimed
//   ───────┴───────────────┴───────┴─────────────┴───────────────────┴──▶ index
//   free   │ kept for store│ acked │ on its way  │ published or      │ free
//
// Thread: append from any stage's thread; each cursor is moved by one thread, named below, and read by any.
// Invariants:
//   1. claimed - stored <= capacity: whoever appends has taken room first (room.h).
//   2. A claimed slot is published at once: the event is complete before append is called.
//   3. stored <= released <= acked <= produced <= claimed: each cursor's owner upholds its own.
// Memory order: a slot is handed over by its sequence number (release in append, acquire in published); slots
// behind a cursor by that cursor (release in move, acquire in read).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/runtime/parker.h"
#include "engine/tape/event.h"
#include "engine/tape/room.h"

namespace tape {

using Index = std::uint64_t;  // position on the tape; the first event has 0
using Offset = std::int64_t;  // position in the topic partition

/// Where an event lies in the log.
struct Place {
  Offset offset = -1;
  std::int64_t epoch = -1;
  std::uint64_t seq = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// A position up to which (exclusive) one agent has come. Moving it signals those who follow.
class Cursor {
 public:
  void followed_by(runtime::Parker& parker) { follower_ = &parker; }  // before the workers start

  Index read() const { return value_.load(std::memory_order_acquire); }  // pairs with move()
  void move(Index to) {
    value_.store(to, std::memory_order_release);  // pairs with read()
    if (follower_ != nullptr) follower_->signal();
  }

 private:
  alignas(64) std::atomic<Index> value_{0};
  runtime::Parker* follower_ = nullptr;
};

class Tape {
 public:
  /// `capacity` is a power of two; `reserved` slots are kept from new orders.
  Tape(std::size_t capacity, std::size_t reserved);

  Room& room() { return room_; }
  const Room& room() const { return room_; }

  /// For one event whose room was taken before; returns its index. The caller signals the journal, once a
  /// batch: announce().
  Index append(const Event& event);
  void announced_to(runtime::Parker& journal) { journal_ = &journal; }
  void announce() {
    if (journal_ != nullptr) journal_->signal();
  }

  /// Whether the event at `index` is complete. Indexes become complete in any order; followers go in order.
  bool published(Index index) const {
    return slot(index).sequence.load(std::memory_order_acquire) == index + 1;  // pairs with append
  }
  const Event& event(Index index) const { return slot(index).event; }
  /// Events claimed so far.
  Index claimed() const { return claimed_.load(std::memory_order_acquire); }

  /// Where Kafka put it: written by the journal before it moves `acked`, read by those who follow `acked`.
  void set_place(Index index, const Place& place) { slot(index).place = place; }
  const Place& place(Index index) const { return slot(index).place; }

  Cursor produced;  // the journal: given to the producer
  Cursor acked;     // the journal: acknowledged by Kafka, contiguous
  Cursor released;  // release, on the reactor's thread: everyone who waited has been told
  Cursor stored;    // the store, on the reactor's thread: applied by Redis; the slot is free

 private:
  struct alignas(64) Slot {
    std::atomic<std::uint64_t> sequence{0};  // index + 1 once published
    Place place;
    Event event;
  };
  static_assert(sizeof(Slot) == 64, "one cache line a slot");

  Slot& slot(Index index) { return slots_[index & mask_]; }
  const Slot& slot(Index index) const { return slots_[index & mask_]; }

  const std::uint64_t mask_;
  const std::unique_ptr<Slot[]> slots_;
  Room room_;
  runtime::Parker* journal_ = nullptr;
  alignas(64) std::atomic<Index> claimed_{0};
};

}  // namespace tape
