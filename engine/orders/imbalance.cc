#include "engine/orders/imbalance.h"

#include "engine/orders/stock.h"

namespace orders {

Imbalance imbalance(const tape::Event& event) {
  using saga::EventKind;
  bool below_zero = false;
  each_level(event, [&](std::string_view, std::int64_t free) { below_zero = below_zero || free < 0; });
  if (below_zero) return Imbalance::stock;
  if (event.kind == EventKind::StockSet || !saga::ended(event.state)) return Imbalance::none;

  const tape::Record& record = *event.record;
  const auto was = [&](EventKind kind) { return record.steps().happened(kind, event.step); };
  const bool completed = event.state == saga::State::completed;
  const bool charged = was(EventKind::PaymentConfirmed), refunded = was(EventKind::PaymentRefunded);
  // What perhaps was done is undone, and that is an undo of nothing or of something.
  const bool money = completed ? charged && !refunded
                               : refunded == (charged || was(EventKind::PaymentUnresolved)) &&
                                     !was(EventKind::PaymentCaptured);
  if (!money) return Imbalance::money;
  const bool taken = was(EventKind::InventoryUpdated), given_back = was(EventKind::InventoryReleased);
  const bool stock =
      completed ? taken && !given_back : given_back == (taken || was(EventKind::InventoryUnresolved));
  return stock ? Imbalance::none : Imbalance::stock;
}

}  // namespace orders
