// Hands the parcel to a built-in simulated carrier that always takes it. The tracking number follows from the
// order id, so that it is the same in any attempt or engine.
#pragma once

#include "handlers/handler.h"

namespace handlers {

class ShippingHandler final : public Handler {
 public:
  saga::HandlerId id() const override { return saga::HandlerId::shipping; }
  std::optional<Decision> handle(const tape::Task& task, engine::Time now) override;
};

}  // namespace handlers
