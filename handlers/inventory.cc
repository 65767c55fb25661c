#include "handlers/inventory.h"

namespace handlers {

std::optional<Decision> InventoryHandler::handle(const tape::Task& task, engine::Time) {
  tape::Record& record = *task.record;
  for (std::size_t i = 0; i < record.order.lines.size(); ++i) {
    const saga::Line& line = record.order.lines[i];
    const auto tracked = stock_.find(line.sku);
    if (tracked == stock_.end()) continue;  // lines_left says untracked from the start
    tracked->second -= line.quantity;
    record.lines_left[i] = tracked->second;
  }
  return Decision{saga::EventKind::InventoryUpdated};
}

}  // namespace handlers
