// The first handler and the last way back: a new order has arrived and is placed; one whose steps are all
// undone is cancelled.
#pragma once

#include "handlers/handler.h"

namespace handlers {

class OrderHandler final : public Handler {
 public:
  saga::HandlerId id() const override { return saga::HandlerId::order; }
  Outcome handle(const tape::Task& task, engine::Time now) override;
};

}  // namespace handlers
