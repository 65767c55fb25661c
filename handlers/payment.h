// Takes the customer's payment, from a built-in simulated provider that always agrees. Its reference is the
// key of the call, `<orderId>.<step>`, so that the same call in any attempt or engine has the same answer.
#pragma once

#include "handlers/handler.h"

namespace handlers {

class PaymentHandler final : public Handler {
 public:
  saga::HandlerId id() const override { return saga::HandlerId::payment; }
  std::optional<Decision> handle(const tape::Task& task, engine::Time now) override;
};

}  // namespace handlers
