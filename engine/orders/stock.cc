#include "engine/orders/stock.h"

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

std::optional<std::int64_t> Stock::find(std::string_view sku) const {
  const auto known = free_.find(sku);
  return known == free_.end() ? std::nullopt : std::optional{known->second};
}

}  // namespace orders
