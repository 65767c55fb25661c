#include "engine/tape/transcript.h"

#include <bit>

#include "engine/ensure.h"

namespace tape {

Transcript::Transcript(std::size_t bytes, std::size_t entries, std::size_t history_bytes,
                       std::size_t history_events)
    : size_(bytes),
      history_bytes_(history_bytes),
      history_events_(history_events),
      bytes_(new char[bytes]),  // left untouched: pages come when they are written
      entries_(entries) {
  ENSURE(std::has_single_bit(entries) && history_bytes < bytes && history_events < entries);
}

char* Transcript::room(std::size_t bytes) {
  const Index oldest = oldest_.load(std::memory_order_acquire);  // pairs with trim
  if (next_ - oldest >= entries_.size()) return nullptr;
  const std::uint64_t tail = oldest == next_ ? head_ : entries_[oldest & (entries_.size() - 1)].begin;
  // An event lies in one piece: what is left before the ring's end is skipped when it is too short.
  const std::size_t before_end = size_ - head_ % size_;
  const std::uint64_t begin = before_end >= bytes ? head_ : head_ + before_end;
  if (begin + bytes - tail > size_) return nullptr;
  head_ = begin;
  return bytes_.get() + begin % size_;
}

std::string_view Transcript::commit(Index index, std::size_t bytes) {
  ENSURE(index == next_);
  entries_[index & (entries_.size() - 1)] = {head_, -1, static_cast<std::uint32_t>(bytes)};
  const std::string_view text{bytes_.get() + head_ % size_, bytes};
  head_ += bytes;
  ++next_;
  return text;
}

void Transcript::rewind(Index index) {
  ENSURE(index <= next_);
  if (index == next_) return;
  head_ = entries_[index & (entries_.size() - 1)].begin;
  next_ = index;
}

bool Transcript::trim(Index released) {
  Index oldest = oldest_.load(std::memory_order_relaxed);
  if (oldest == released) return false;
  const std::size_t mask = entries_.size() - 1;
  const Entry& newest = entries_[(released - 1) & mask];
  const std::uint64_t end = newest.begin + newest.bytes;
  const Index before = oldest;
  while (oldest < released &&
         (released - oldest > history_events_ || end - entries_[oldest & mask].begin > history_bytes_)) {
    ++oldest;
  }
  if (oldest == before) return false;
  oldest_.store(oldest, std::memory_order_release);  // pairs with room
  return true;
}

std::string_view Transcript::text(Index index) const {
  const Entry& entry = entries_[index & (entries_.size() - 1)];
  return {bytes_.get() + entry.begin % size_, entry.bytes};
}

}  // namespace tape
