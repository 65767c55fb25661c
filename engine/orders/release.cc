#include "engine/orders/release.h"

#include <algorithm>

#include "engine/ensure.h"

namespace orders {

Release::Release(tape::Tape& tape, tape::Transcript& transcript, runtime::Parker& journal, Orders& orders,
                 TaskInbox& notification)
    : tape_(tape), transcript_(transcript), journal_(journal), orders_(orders), notification_(notification) {}

int Release::do_work(runtime::Time) {
  const tape::Index begin = tape_.released.read();
  const tape::Index end = std::min(tape_.acked.read(), begin + engine::limits::release_batch);
  if (begin == end) return 0;
  for (tape::Index index = begin; index < end; ++index) {
    const tape::Event& event = tape_.event(index);
    const tape::Offset offset = tape_.place(index).offset;
    transcript_.place(index, offset);
    orders_.acked(event, index, offset);
    hand_on(event);
  }
  tape_.released.move(end);
  for (engine::AckedListener* listener : listeners_) listener->released(end);
  if (transcript_.trim(end)) journal_.signal();
  events_.add(end - begin);
  return static_cast<int>(end - begin);
}

void Release::hand_on(const tape::Event& event) {
  if (event.at_ack == saga::HandlerId::nobody) return;
  ENSURE(event.at_ack == saga::HandlerId::notification);
  notification_.push({event.record, tape::TaskKind::token, 0});
}

}  // namespace orders
