#include "handlers/order.h"

#include "engine/ensure.h"

namespace handlers {

std::optional<Decision> OrderHandler::handle(const tape::Task& task, engine::Time) {
  ENSURE(task.kind == tape::TaskKind::arrival);
  return Decision{saga::EventKind::OrderPlaced};
}

}  // namespace handlers
