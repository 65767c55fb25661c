#include "engine/recovery/take_up.h"

#include "engine/saga/table.h"

namespace recovery {

void take_up(Fold& fold, orders::Orders& orders, orders::Dispatch& dispatch, orders::MailBacklog& mails,
             engine::Time now) {
  for (tape::Record* record : fold.release_orders()) {
    record->order_since = record->step_since = now;
    orders.adopt(record);
    if (record->state == saga::State::shipped || record->state == saga::State::undone) {
      mails.take(*record);
    } else {
      dispatch.resume(*record);
    }
  }
}

}  // namespace recovery
