// Orders on a tape, for the tests of this box.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/saga/order.h"
#include "engine/tape/event.h"
#include "engine/tape/record.h"

namespace journal::test {

inline constexpr engine::Time placed_at{1'767'323'045'123'456'789};  // 2026-01-02T03:04:05.123456Z

inline tape::OwnedRecord short_order(unsigned number = 0) {
  const saga::Line line{"keyboard", 1, 4999};
  saga::Order draft;
  draft.id = *saga::OrderId::parse("0190a1b2-0000-7000-8000-000000000001");
  for (unsigned i = 0; i < 4; ++i)
    draft.id.bytes[15 - i] = static_cast<std::uint8_t>((number + 1) >> (8 * i));
  draft.body_hash.fill(0xab);
  draft.total_minor = 4999;
  draft.user_id = "a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2";
  draft.email = "you@example.com";
  draft.lines = {&line, 1};
  return tape::OwnedRecord(tape::Record::create(draft));
}

inline tape::Event placed(tape::Record& record) {
  return {.record = &record,
          .at = placed_at,
          .step = 1,
          .kind = saga::EventKind::OrderPlaced,
          .state = saga::State::placed};
}

}  // namespace journal::test
