#include "handlers/inventory.h"

#include <algorithm>

#include "engine/ensure.h"

namespace handlers {

Outcome InventoryHandler::handle(const tape::Task& task, engine::Time) {
  if (task.kind == tape::TaskKind::stock) {
    decide(*task.stock);
    return Decision{saga::EventKind::StockSet};
  }
  tape::Record& record = *task.record;
  if (record.state == saga::State::releasing) {
    release(record);
    return Decision{saga::EventKind::InventoryReleased};
  }
  if (reserve(record)) return Decision{saga::EventKind::InventoryUpdated};
  return Decision{saga::EventKind::InventoryInsufficient, saga::Reason::out_of_stock};
}

bool InventoryHandler::asks_outside(const tape::Record& record) const {
  if (record.state != saga::State::releasing) return true;
  return std::all_of(record.lines_left.begin(), record.lines_left.end(),
                     [](std::int64_t left) { return left == tape::Record::untracked; });
}

void InventoryHandler::decide(tape::StockChange& change) {
  std::int64_t& level = stock_.try_emplace(change.sku, 0).first->second;
  const std::int64_t next = change.request.amount + (change.request.relative ? level : 0);
  if (change.request.only_at.value_or(level) != level) {
    change.outcome = tape::StockOutcome::other_level;
  } else if (next < 0 || next > tape::on_hand_max) {
    change.outcome = tape::StockOutcome::out_of_bounds;
  } else {
    level = next;
  }
  change.on_hand = level;
}

bool InventoryHandler::reserve(tape::Record& record) {
  const auto lines = record.order.lines;
  bool enough = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].stocked) continue;
    const auto tracked = stock_.find(lines[i].sku);
    if (tracked == stock_.end()) {
      if (untracked_ == Untracked::accept) continue;  // lines_left says untracked from the start
      record.lines_left[i] = 0;
      enough = false;
      continue;
    }
    // A sku may stand on several lines, so each takes its part before the next is looked at.
    tracked->second -= lines[i].quantity;
    record.lines_left[i] = tracked->second;
    enough = enough && tracked->second >= 0;
  }
  if (enough) return true;
  for (std::size_t i = lines.size(); i-- > 0;) {
    if (!lines[i].stocked) continue;
    const auto tracked = stock_.find(lines[i].sku);
    if (tracked == stock_.end()) continue;
    tracked->second += lines[i].quantity;
    const std::int64_t found = std::max<std::int64_t>(0, tracked->second);
    record.lines_left[i] =
        found < lines[i].quantity ? found : tape::Record::untracked;  // of those that are short
  }
  return false;
}

void InventoryHandler::release(tape::Record& record) {
  for (std::size_t i = 0; i < record.order.lines.size(); ++i) {
    if (record.lines_left[i] == tape::Record::untracked) continue;  // nothing was taken
    const saga::Line& line = record.order.lines[i];
    const auto tracked = stock_.find(line.sku);
    // What was taken was counted, a counted sku stays counted, and a start without its level rebuilds it.
    ENSURE(tracked != stock_.end() && "a reserved sku has no stock");
    record.lines_after[i] = tracked->second += line.quantity;
  }
}

}  // namespace handlers
