// Reserves the goods. A sku that was never counted is untracked and always there; a tracked one goes down by
// what the order takes. Thread: inventory's worker owns the stock from the start of the workers on; nobody
// else reads it. The outside reads what is left from the acked events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "handlers/handler.h"

namespace handlers {

class InventoryHandler final : public Handler {
 public:
  saga::HandlerId id() const override { return saga::HandlerId::inventory; }
  std::optional<Decision> handle(const tape::Task& task, engine::Time now) override;

  /// Before the workers start: the stock as it was stored last.
  void load(std::string_view sku, std::int64_t free) { stock_.insert_or_assign(std::string{sku}, free); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view sku) const { return std::hash<std::string_view>{}(sku); }
  };
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> stock_;
};

}  // namespace handlers
