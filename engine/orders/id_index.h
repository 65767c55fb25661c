// A hash map from order id to a pointer-sized value: open addressing, linear probing, deletion by shifting
// back. Fixed at construction, so the reactor never rehashes in the middle of a turn.
//
// Bounds: `capacity` entries, in twice as many cells or more.
// Thread: the owner's.
#pragma once

#include <bit>
#include <vector>

#include "engine/ensure.h"
#include "engine/saga/id.h"

namespace orders {

template <class Value>
class IdIndex {
 public:
  explicit IdIndex(std::size_t capacity) : capacity_(capacity), cells_(std::bit_ceil(capacity * 2 + 2)) {}

  /// nullptr when it is not there; valid until the next insert or erase.
  Value* find(const saga::OrderId& id) {
    Cell& cell = cells_[locate(id)];
    return cell.used ? &cell.value : nullptr;
  }

  /// `id` is not in it yet.
  void insert(const saga::OrderId& id, Value value) {
    ENSURE(size_ < capacity_);
    Cell& cell = cells_[locate(id)];
    ENSURE(!cell.used);
    cell = {id, value, true};
    ++size_;
  }

  void erase(const saga::OrderId& id) {
    std::size_t hole = locate(id);
    ENSURE(cells_[hole].used);
    --size_;
    for (std::size_t next = step(hole); cells_[next].used; next = step(next)) {
      // A cell may fill the hole unless its home lies behind the hole on the way to it.
      const std::size_t home = home_of(cells_[next].id);
      if (((next - home) & mask()) >= ((next - hole) & mask())) {
        cells_[hole] = cells_[next];
        hole = next;
      }
    }
    cells_[hole].used = false;
  }

  std::size_t size() const { return size_; }

 private:
  struct Cell {
    saga::OrderId id;
    Value value{};
    bool used = false;
  };

  std::size_t mask() const { return cells_.size() - 1; }
  std::size_t step(std::size_t at) const { return (at + 1) & mask(); }
  std::size_t home_of(const saga::OrderId& id) const { return hash_(id) & mask(); }
  std::size_t locate(const saga::OrderId& id) const {
    std::size_t at = home_of(id);
    while (cells_[at].used && cells_[at].id != id) at = step(at);
    return at;
  }

  const saga::OrderIdHash hash_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  std::vector<Cell> cells_;
};

}  // namespace orders
