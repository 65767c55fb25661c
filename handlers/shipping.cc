#include "handlers/shipping.h"

#include "engine/saga/json.h"

namespace handlers {

Outcome ShippingHandler::handle(const tape::Task& task, engine::Time) {
  tape::Record& record = *task.record;
  // Somebody else had been asked to ship it, and nobody knows whether they did: the simulated carrier has not.
  if (record.state == saga::State::recalling) return Decision{saga::EventKind::ShippingRecalled};
  if (fails_now(rules_, record)) return Outcome::transient();
  if (fails(rules_, record.order))
    return Decision{saga::EventKind::ShippingFailed, saga::Reason::shipping_failed};
  std::array<char, 3 + 32> number;
  saga::json::hex(saga::json::put(number.data(), "SIM"), record.order.id.bytes);
  record.tracking_number = tape::ShortText({number.data(), number.size()});
  return Decision{saga::EventKind::ShippingConfirmed};
}

}  // namespace handlers
