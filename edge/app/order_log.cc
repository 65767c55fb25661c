#include "edge/app/order_log.h"

#include "engine/saga/table.h"
#include "engine/tape/record.h"

namespace edge {

void OrderLog::released(tape::Index released) {
  for (; next_ < released; ++next_) {
    const tape::Event& event = tape_.event(next_);
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
