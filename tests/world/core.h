// What a partition has between its intake and its release, wired as handlers/partition.h wires it, but with nobody who works:
// the test is the handlers, the journal and Kafka. A test's own world derives from it and adds what it tests.
// Bounds: larger than any of these tests fills, but for the orders, whose limits are the test's own.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "engine/codec/document.h"
#include "engine/orders/release.h"
#include "engine/runtime/clock.h"
#include "tests/catch.h"

namespace tests {

struct CoreSizes {
  std::size_t tape = 1 << 10, reserved = 1 << 8;
  std::size_t transcript = 1 << 20, events = 1 << 11;
  std::size_t history = 1 << 15, history_events = 64;
  std::array<bool, saga::handlers> called = {};  // whose inbox takes answers of calls too
};

struct Core {
  explicit Core(const orders::Limits& limits, const CoreSizes& sizes = {})
      : tape(sizes.tape, sizes.reserved),
        transcript(sizes.transcript, sizes.events, sizes.history, sizes.history_events),
        orders(limits, tape.room()),
        inboxes(1 << 10, 1, {&parker, &parker, &parker, &parker, &parker}, sizes.called) {}

  /// The next order that a handler was given; nullptr: none.
  tape::Record* token(saga::HandlerId handler) {
    tape::Task task;
    return inboxes.of(handler).pop({&task, 1}) == 1 ? task.record : nullptr;
  }
  /// Kafka has the event, at this place, and its text is `text`.
  void ack(tape::Index index, const tape::Place& place, std::string_view text = "{}") {
    tape.set_place(index, place);
    char* const room = transcript.room(text.size());
    REQUIRE(room != nullptr);
    std::memcpy(room, text.data(), text.size());
    transcript.commit(index, text.size());
    tape.produced.move(index + 1);
    tape.acked.move(index + 1);
  }
  /// All that is on the tape, the log having begun with `epoch`.
  void ack_all(std::int64_t epoch = 0) {
    for (tape::Index i = tape.acked.read(); i < tape.claimed(); ++i)
      ack(i, {epoch + static_cast<std::int64_t>(i) + 1, epoch, i + 1});
  }
  /// The store has all of a finished order: its record is freed.
  void finish(tape::Record& record) {
    std::string document;
    codec::render_document(record, document);
    orders.finish(record, document);
  }

  runtime::ManualClock clock;
  runtime::FutexParker parker;
  tape::Tape tape;
  tape::Transcript transcript;
  orders::Orders orders;
  orders::Stock stock;
  orders::Inboxes inboxes;
  orders::Dispatch dispatch{inboxes, tape.room()};
  orders::Release release{tape, transcript, parker, orders, stock, dispatch, clock.wall()};
};

}  // namespace tests
