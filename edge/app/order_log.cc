#include "edge/app/order_log.h"

#include "engine/orders/imbalance.h"
#include "engine/saga/table.h"
#include "engine/tape/record.h"

namespace edge {

void OrderLog::released(tape::Index released) {
  for (; next_ < released; ++next_) {
    const tape::Event& event = tape_.event(next_);
    if (const orders::Imbalance found = orders::imbalance(event); found != orders::Imbalance::none) {
      log_.error("an invariant is broken: money or stock is not accounted for",
                 {{"invariant", orders::imbalance_names[static_cast<std::size_t>(found)]},
                  {"order", event.kind == saga::EventKind::StockSet ? event.stock->sku
                                                                    : event.record->order.id.str()}});
    }
    const bool parked = event.kind == saga::EventKind::OrderParked;
    if (!parked && event.kind != saga::EventKind::OrderResumed) continue;
    const auto order = event.record->order.id.str();
    const std::string_view handler = saga::name(saga::holder(event.state));
    if (parked) {
      log_.warn("order parked: it waits for a person",
                {{"order", order}, {"handler", handler}, {"reason", saga::name(event.reason)}});
    } else {
      log_.info("order resumed", {{"order", order}, {"handler", handler}, {"by", event.record->retry_by}});
    }
  }
}

}  // namespace edge
