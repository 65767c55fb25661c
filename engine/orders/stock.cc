#include "engine/orders/stock.h"

#include <algorithm>

namespace orders {

void Stock::set(std::string_view sku, std::int64_t free) {
  const auto known = free_.find(sku);
  if (known == free_.end()) {
    free_.emplace(sku, free);
  } else {
    known->second = free;
  }
}

void Stock::acked(const tape::Event& event) {
  each_level(event, [this](std::string_view sku, std::int64_t free) { set(sku, free); });
}

std::vector<Stock::Level> Stock::list(std::string_view after, std::size_t limit) const {
  std::vector<Level> levels;
  for (const auto& [sku, free] : free_) {
    if (after.empty() || sku > after) levels.push_back({sku, free});
  }
  const auto end = levels.begin() + static_cast<std::ptrdiff_t>(std::min(limit, levels.size()));
  std::partial_sort(levels.begin(), end, levels.end(),
                    [](const Level& a, const Level& b) { return a.sku < b.sku; });
  levels.erase(end, levels.end());
  return levels;
}

std::optional<std::int64_t> Stock::find(std::string_view sku) const {
  const auto known = free_.find(sku);
  return known == free_.end() ? std::nullopt : std::optional{known->second};
}

}  // namespace orders
