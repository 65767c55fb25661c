// Hands the parcel to a built-in simulated carrier, if nobody outside does it. The tracking number follows from the
// order id, so that it is the same in any attempt or engine.
#pragma once

#include <utility>

#include "handlers/handler.h"
#include "handlers/simulate.h"

namespace handlers {

class ShippingHandler final : public Handler {
 public:
  explicit ShippingHandler(ShippingRules rules = {}) : rules_(std::move(rules)) {}

  saga::HandlerId id() const override { return saga::HandlerId::shipping; }
  Outcome handle(const tape::Task& task, engine::Time now) override;
  engine::Duration latency(const tape::Record&) const override { return rules_.latency; }
  bool tries() const override { return true; }
  Decision given_up(const tape::Record& record, saga::Reason why) const override {
    if (record.state == saga::State::reserved) return {saga::EventKind::ShippingFailed, why};
    return {saga::EventKind::OrderParked, why};
  }

 private:
  const ShippingRules rules_;
};

}  // namespace handlers
