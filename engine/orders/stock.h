// How much is left of each counted sku according to the acked events, which is what GET shows. The inventory
// handler has a figure of its own, which is ahead of this one.
//
// Thread: the reactor's (before the workers run, main's).
// Bounds: as many entries as skus were ever counted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/keyed_hash.h"
#include "engine/tape/event.h"
#include "engine/tape/record.h"
#include "engine/tape/stock_change.h"

namespace orders {

/// Calls `note(sku, free)` for every counted sku whose level an event changes.
template <class Note>
void each_level(const tape::Event& event, const Note& note) {
  if (event.kind == saga::EventKind::StockSet) return note(event.stock->sku, event.stock->on_hand);
  const bool taken = event.kind == saga::EventKind::InventoryUpdated;
  if (!taken && event.kind != saga::EventKind::InventoryReleased) return;
  const tape::Record& record = *event.record;
  const auto levels = taken ? record.lines_left : record.lines_after;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (levels[i] != tape::Record::untracked) note(record.order.lines[i].sku, levels[i]);
  }
}

class Stock {
 public:
  void set(std::string_view sku, std::int64_t free);
  void acked(const tape::Event& event);
  struct Level {
    std::string_view sku;
    std::int64_t free;
  };
  /// The first `limit` skus behind `after`, in the order of their bytes. Looks at each that there is.
  std::vector<Level> list(std::string_view after, std::size_t limit) const;
  /// Nothing for a sku that is not counted.
  std::optional<std::int64_t> find(std::string_view sku) const;

 private:
  std::unordered_map<std::string, std::int64_t, engine::KeyedHash, std::equal_to<>> free_;
};

}  // namespace orders
