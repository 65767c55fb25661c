#include "engine/recovery/take_up.h"

#include "engine/saga/table.h"

namespace recovery {

void take_up(Fold& fold, orders::Orders& orders, orders::Dispatch& dispatch, orders::MailBacklog& mails,
             engine::Time now) {
  for (tape::Record* record : fold.release_orders()) {
    record->order_since = record->step_since = now;
    record->asking.unknown = true;  // whoever has its turn may have been asked by the engine before
    orders.adopt(record);
    if (saga::holder(record->state) == saga::HandlerId::notification) {
      mails.take(*record);
    } else {
      dispatch.resume(*record);
    }
  }
}

}  // namespace recovery
