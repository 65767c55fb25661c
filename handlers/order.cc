#include "handlers/order.h"

#include "engine/ensure.h"

namespace handlers {

Outcome OrderHandler::handle(const tape::Task& task, engine::Time) {
  if (task.kind == tape::TaskKind::arrival) return Decision{saga::EventKind::OrderPlaced};
  ENSURE(task.record->state == saga::State::cancelling);
  return Decision{saga::EventKind::OrderCancelled, task.record->turned_by};
}

}  // namespace handlers
