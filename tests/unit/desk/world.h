// The desk over real orders, tape and release, without a socket and under a hand-set clock. Kafka is a call:
// step() says that what a test appended has been acknowledged. Redis is a map whose answers wait until a test
// lets them out.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/desk/desk.h"
#include "tests/catch.h"
#include "tests/world/core.h"
#include "tests/world/held_store.h"
#include "tests/world/make_order.h"

namespace tests {

using namespace std::chrono_literals;
using desk::Outcome;

/// Somebody who asks, and keeps the answer.
class Asker final : public desk::Client {
 public:
  ~Asker() override { forget(); }
  void answered(const desk::Answer& with) override {
    CHECK_FALSE(answer);
    answer = with;
    document = with.document;
    cause = with.cause;
    documents.assign(with.documents.begin(), with.documents.end());
  }
  void holds(std::size_t bytes) override { held = bytes; }
  bool has(Outcome outcome) const { return answer && answer->outcome == outcome; }

  std::optional<desk::Answer> answer;
  std::size_t held = 0;
  std::string document, cause;  // of it: its views are not good any more
  std::vector<std::string> documents;
};

struct World : Core {
  explicit World(const CoreSizes& sizes = {}) : Core({4, std::size_t{1} << 20, 8}, sizes) {
    orders.open_intake();
  }

  desk::Deadlines deadlines() const {
    return {.store = clock.now() + 5s, .ack = clock.now() + 30s, .room = clock.now() + 1s};
  }
  void turn() {
    timers.advance(clock.now());
    desk.hand_over();
    release.do_work(clock.now());
  }
  void advance(engine::Duration by) {
    clock.advance(by);
    turn();
  }
  /// With an id from outside, unless told otherwise.
  void place(const OrderDraft& draft, Asker& by, std::optional<engine::Time> wait_until = std::nullopt,
             bool from_outside = true) {
    desk.place({.order = draft.order, .from_outside = from_outside, .wait_until = wait_until}, deadlines(),
               by);
    turn();
  }
  /// A live order that is acked.
  tape::Record& acked_order(unsigned number) {
    Asker by;
    place(make_order(number), by, std::nullopt, false);
    tape::Record* const record = arrival();
    REQUIRE(record != nullptr);
    placed(*record);
    CHECK(by.has(Outcome::accepted));
    return *record;
  }
  /// The next order that order's handler was given; nullptr: none.
  tape::Record* arrival() { return token(saga::HandlerId::order); }
  /// Appends a step of the order and acknowledges it.
  void step(tape::Record& record, saga::EventKind kind, saga::State state) {
    if (record.step > 0) REQUIRE(tape.room().take(1) == 1);
    const tape::Index index = tape.append(
        {.record = &record, .at = clock.now(), .step = ++record.step, .kind = kind, .state = state});
    ack(index, {next_offset++, 100, index + 1});
    turn();
  }
  void placed(tape::Record& record) { step(record, saga::EventKind::OrderPlaced, saga::State::placed); }
  /// As the mail backlog does it; what is returned is the record that would be made of its document.
  tape::OwnedRecord spill(tape::Record& record) {
    codec::render_document(record, store.documents[record.order.id]);
    tape::OwnedRecord twin{tape::Record::create(record.order)};
    twin->step = record.step;
    twin->state = twin->status = record.status;
    for (std::uint32_t i = 1; i <= record.step_count; ++i) twin->add_step(record.steps().at(i));
    record.stored_step = record.step_count;
    orders.spill(record);
    return twin;
  }

  runtime::Timers timers{clock.now()};
  HeldStore store;
  desk::Desk desk{{orders, dispatch, stock, store, tape, transcript, timers}};
  tape::Offset next_offset = 101;
};

}  // namespace tests
