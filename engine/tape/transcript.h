// The transcript: every event as its CloudEvent text, rendered once an epoch by the journal, kept until it
// was acked and then as the history that the event stream resumes from. One ring of bytes, one ring of
// entries.
//
//        oldest                         released             journal
//   ───────┴──── history, readable ─────────┴── on its way ─────┴──▶
//
// Thread: room/commit by the journal's; the rest by the reactor's, which reads only entries behind the acked
// cursor.
// Memory order: entries are handed over by the acked cursor; oldest_ (release) hands bytes back to the
// journal (acquire).
// Bounds: `bytes` and `entries` fixed at construction. The history shrinks before an event has to wait.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/tape/tape.h"

namespace tape {

class Transcript {
 public:
  /// `entries` is a power of two, at least the tape's capacity plus history_events.
  Transcript(std::size_t bytes, std::size_t entries, std::size_t history_bytes, std::size_t history_events);

  // --- The journal's thread.
  /// A place for `bytes` bytes in one piece; nullptr when there is none at the moment.
  char* room(std::size_t bytes);
  /// The event at `index` (each index in turn) is the first `bytes` of the last room().
  std::string_view commit(Index index, std::size_t bytes);
  /// Drops the entries from `index` on, none of them acked: they are rendered anew, in another epoch.
  void rewind(Index index);

  // --- The reactor's thread; `released` is its cursor: all entries below it are acked.
  /// Where Kafka put the event: noted by release, so that the history outlives the tape's slots.
  void place(Index index, Offset offset) { entries_[index & (entries_.size() - 1)].offset = offset; }
  /// Lets go of history beyond its bounds; returns whether there was any. Call when `released` has moved.
  bool trim(Index released);
  Index oldest() const { return oldest_.load(std::memory_order_relaxed); }  // written by this thread
  std::string_view text(Index index) const;
  Offset offset(Index index) const { return entries_[index & (entries_.size() - 1)].offset; }

 private:
  struct Entry {
    std::uint64_t begin = 0;  // absolute position; the ring's is modulo its size
    Offset offset = -1;
    std::uint32_t bytes = 0;
  };

  const std::size_t size_;
  const std::size_t history_bytes_;
  const std::size_t history_events_;
  std::unique_ptr<char[]> bytes_;
  std::vector<Entry> entries_;
  // The journal's.
  std::uint64_t head_ = 0;  // absolute position of the next byte
  Index next_ = 0;          // index to be committed next
  // The reactor's, read by the journal.
  alignas(64) std::atomic<Index> oldest_{0};
};

}  // namespace tape
