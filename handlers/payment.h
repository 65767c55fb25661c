// Takes the customer's payment, and gives it back when the order is undone, through a built-in simulated
// provider, if nobody outside does it. Its references follow from the order and its step, so that the same call in
// any attempt or engine is the same. An order that costs nothing asks nobody, forwards and backwards; its
// reference is `free`.
#pragma once

#include <utility>

#include "handlers/handler.h"
#include "handlers/simulate.h"

namespace handlers {

class PaymentHandler final : public Handler {
 public:
  explicit PaymentHandler(PaymentRules rules = {}) : rules_(std::move(rules)) {}

  saga::HandlerId id() const override { return saga::HandlerId::payment; }
  Outcome handle(const tape::Task& task, engine::Time now) override;
  engine::Duration latency(const tape::Record& record) const override {
    return record.order.costs_nothing() ? engine::Duration{} : rules_.latency;
  }
  bool tries() const override { return true; }
  bool asks_outside(const tape::Record& record) const override { return !record.order.costs_nothing(); }
  Decision given_up(const tape::Record& record, saga::Reason why) const override;

 private:
  const PaymentRules rules_;
};

}  // namespace handlers
