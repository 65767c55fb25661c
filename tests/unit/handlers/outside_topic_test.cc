// A stage whose work is done by whoever listens to the topic.
#include "tests/catch.h"
#include "tests/unit/handlers/outside_bench.h"

using namespace std::chrono_literals;
using saga::EventKind;
using saga::HandlerId;
using saga::Reason;
using saga::State;
using tape::Answer;

TEST_CASE("over the topic nobody is called: its answer names the order's turn, and silence is unresolved") {
  Bench bench({.at_once = 2, .answer_deadline = 20s}, true);
  tape::Record& record = bench.order(1);
  const Answer told{.turn = saga::Turn::payment_charge,
                    .verdict = Answer::Verdict::decided,
                    .kind = EventKind::PaymentConfirmed,
                    .said = {.reference = "pi_1", .cause = "/pay#1"}};
  REQUIRE(bench.dispatch.answer(record, told));
  REQUIRE_FALSE(bench.dispatch.answer(record, told));  // one at a time
  REQUIRE(bench.run(1ms).at(0).kind == EventKind::PaymentConfirmed);
  REQUIRE(bench.dispatch.answer(record, told));  // its turn is over
  REQUIRE(bench.run(1ms).empty());
  CHECK(bench.pay.late_answers().value() == 1);

  bench.order(2);
  const auto events = bench.run(21s);
  REQUIRE(events.at(0).kind == EventKind::PaymentUnresolved);
}

TEST_CASE(
    "over the topic a turn that ends before the stage has even seen it may have been done all the same") {
  Bench bench({.at_once = 2, .answer_deadline = 20s}, true);
  tape::Record& cancelled = *bench.orders.admit(tests::make_order(1).order).record;
  tape::take_step(cancelled, EventKind::OrderPlaced, State::placed, Reason::none, bench.now);
  REQUIRE(bench.dispatch.request(cancelled, tape::OrderRequest::cancel, ""));
  bench.dispatch.hand_on(cancelled, HandlerId::payment);
  const auto at_cancel = bench.run(1ms);
  REQUIRE(at_cancel.at(0).kind == EventKind::PaymentUnresolved);
  CHECK(at_cancel[0].reason == Reason::customer_request);

  tape::Record& late = *bench.orders.admit(tests::make_order(2).order).record;
  tape::take_step(late, EventKind::OrderPlaced, State::placed, Reason::none, bench.now);
  late.step_since = bench.now - 21s;
  bench.dispatch.hand_on(late, HandlerId::payment);
  CHECK(bench.run(1ms).at(0).kind == EventKind::PaymentUnresolved);
}
