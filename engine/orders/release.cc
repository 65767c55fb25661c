#include "engine/orders/release.h"

#include <algorithm>

namespace orders {

Release::Release(tape::Tape& tape, tape::Transcript& transcript, runtime::Parker& journal, Orders& orders,
                 Stock& stock, Dispatch& dispatch, const runtime::WallClock& wall)
    : tape_(tape),
      transcript_(transcript),
      journal_(journal),
      orders_(orders),
      stock_(stock),
      dispatch_(dispatch),
      wall_(wall) {}

int Release::do_work(runtime::Time now) {
  const tape::Index begin = tape_.released.read();
  const tape::Index end = std::min(tape_.acked.read(), begin + engine::limits::release_batch);
  if (begin == end) return 0;
  const engine::Time shown = wall_.shown(now);
  for (tape::Index index = begin; index < end; ++index) {
    const tape::Event& event = tape_.event(index);
    const tape::Offset offset = tape_.place(index).offset;
    transcript_.place(index, offset);
    release(event, offset, shown);
  }
  tape_.released.move(end);
  for (engine::AckedListener* listener : listeners_) listener->released(end);
  if (transcript_.trim(end)) journal_.signal();
  events_.add(end - begin);
  return static_cast<int>(end - begin);
}

void Release::release(const tape::Event& event, tape::Offset offset, engine::Time shown) {
  stock_.acked(event);
  if (event.kind == saga::EventKind::StockSet) {
    if (event.stock->waiter != nullptr) event.stock->waiter->acked(*event.stock);
    return;
  }
  orders_.acked(event, offset, shown);
  outcomes_.acked(event);
  const bool mail = event.at_ack == saga::HandlerId::notification;  // the mail backlog takes those
  if (event.at_ack != saga::HandlerId::nobody && !mail) dispatch_.hand_on(*event.record, event.at_ack);
}

void Release::list(runtime::Metrics& metrics) const {
  metrics.add("saga_events_released_total", "", "Events acknowledged and let out.", events_);
  outcomes_.list(metrics);
}

}  // namespace orders
