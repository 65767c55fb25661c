// A stage whose work is done outside: the participant is the test.
#include "handlers/shipping.h"
#include "tests/catch.h"
#include "tests/unit/handlers/outside_bench.h"

using namespace std::chrono_literals;
using saga::EventKind;
using saga::HandlerId;
using saga::Reason;
using saga::State;
using tape::Answer;

TEST_CASE("an order's turn is a call with its key, and what was answered is the event that happened") {
  Bench bench;
  tape::Record& record = bench.order(1);
  REQUIRE(bench.peer.calls.size() == 1);
  const engine::Call& call = bench.peer.calls.front();
  CHECK(call.turn == saga::Turn::payment_charge);
  CHECK(call.key == record.order.id.str() + ".payment.charge");
  CHECK(call.body == bench.events.render_turn(record));
  CHECK(bench.pay.resting().all() == 1);
  const auto events = bench.answer(call.id, confirmed());
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == EventKind::PaymentConfirmed);
  CHECK(events[0].at_ack == HandlerId::nobody);  // inventory does its work itself
  CHECK(record.reference(EventKind::PaymentConfirmed) == "pi_1");
  CHECK(bench.pay.resting().all() == 0);
}

TEST_CASE("a no has the reason of its handler, and their own words beside it") {
  Bench bench;
  tape::Record& record = bench.order(1);
  const auto events = bench.answer(1, {.verdict = Answer::Verdict::decided,
                                       .kind = EventKind::PaymentNotAuthorized,
                                       .said = {.detail = "card_expired"}});
  REQUIRE(events.at(0).reason == Reason::payment_declined);
  REQUIRE(record.answers.find(EventKind::PaymentNotAuthorized)->detail == "card_expired");
}

TEST_CASE("what came to nothing is tried again with the same key and body, after its backoff") {
  Bench bench;
  tape::Record& record = bench.order(1);
  CHECK(record.next_attempt_ns.load() == 0);  // it is under way
  Answer nothing = failed();
  nothing.why = "500: out of order";
  REQUIRE(bench.answer(1, nothing).empty());
  CHECK(record.next_attempt_ns.load() > bench.now.ns);
  CHECK(record.next_attempt_ns.load() <= (bench.now + 100ms).ns);
  CHECK(bench.calls.waiting(record.order.id)->error == "500: out of order");
  REQUIRE(bench.peer.calls.size() == 1);
  REQUIRE(bench.run(100ms).empty());
  REQUIRE(bench.peer.calls.size() == 2);
  CHECK(bench.peer.calls[1].key == bench.peer.calls[0].key);
  CHECK(bench.peer.calls[1].body == bench.peer.calls[0].body);
  CHECK(bench.peer.calls[1].attempt == 2);
}

TEST_CASE("attempts that were sent and are spent end unresolved, those that never reached anybody do not") {
  const bool reached = GENERATE(true, false);
  Bench bench;
  tape::Record& record = bench.order(1);
  std::vector<tape::Event> events;
  for (std::uint64_t call = 1; call <= 3; ++call) {
    REQUIRE(bench.peer.calls.size() == call);
    events =
        bench.answer(call, failed(reached && call == 2 ? tape::Reach::sent : tape::Reach::never_reached));
    if (call < 3) bench.run(1s);
  }
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == (reached ? EventKind::PaymentUnresolved : EventKind::PaymentNotAuthorized));
  CHECK(events[0].reason == (reached ? Reason::unresolved : Reason::unavailable));
  CHECK(events[0].at_ack == (reached ? HandlerId::payment : HandlerId::nobody));
  if (reached) CHECK(record.answers.find(EventKind::PaymentUnresolved)->attempts == 3);
}

TEST_CASE("a cancel while a call is under way is unresolved; if it had not begun, it is a plain cancel") {
  const bool begun = GENERATE(true, false);
  Bench bench;
  bench.peer.begun = begun;
  tape::Record& record = bench.order(1);
  REQUIRE(bench.dispatch.request(record, tape::OrderRequest::cancel, "shop"));
  const auto events = bench.run(1ms);
  REQUIRE(events.size() == 1);
  CHECK(record.answers.find(events[0].kind)->by == "shop");
  CHECK(events[0].kind == (begun ? EventKind::PaymentUnresolved : EventKind::OrderCancelRequested));
  CHECK(events[0].reason == Reason::customer_request);
  CHECK(bench.peer.withdrawn == std::vector<std::uint64_t>{1});

  CHECK(bench.answer(1, confirmed()).empty());  // it touches nothing
  CHECK(bench.pay.late_answers().value() == 1);
}

TEST_CASE("an order that an engine before left may have been called for") {
  Bench bench;
  bench.peer.begun = false;
  tape::Record& record = bench.order(1);
  record.asking.unknown = true;  // as recovery::take_up has it
  REQUIRE(bench.dispatch.request(record, tape::OrderRequest::cancel));
  REQUIRE(bench.run(1ms).at(0).kind == EventKind::PaymentUnresolved);
}

TEST_CASE("what has happened comes before a cancel that comes with it") {
  Bench bench;
  tape::Record& record = bench.order(1);
  record.requests.fetch_or(static_cast<std::uint8_t>(tape::OrderRequest::cancel));
  REQUIRE(bench.answer(1, confirmed()).at(0).kind == EventKind::PaymentConfirmed);
}

TEST_CASE(
    "not now and later count no attempt and are asked again when they say; later has its own deadline") {
  Bench bench;
  bench.order(1);
  for (std::uint64_t call = 1; call <= 5; ++call) {
    REQUIRE(bench.peer.calls.size() == call);
    REQUIRE(bench.answer(call, {.verdict = Answer::Verdict::not_now, .retry_after = 200ms}).empty());
    REQUIRE(bench.run(190ms).empty());
    REQUIRE(bench.peer.calls.size() == call);
    REQUIRE(bench.run(20ms).empty());
  }
  REQUIRE(bench
              .answer(6, {.verdict = Answer::Verdict::later,
                          .retry_after = 20s,
                          .later = {R"({"type":"redirect","url":"https://bank.example"})", ""}})
              .empty());
  const saga::OrderId id = tests::order_id(1);
  REQUIRE(bench.calls.waiting(id)->action == R"({"type":"redirect","url":"https://bank.example"})");
  REQUIRE(bench.run(21s).empty());  // beyond the step's deadline
  REQUIRE(bench.peer.calls.size() == 7);
  REQUIRE(bench.answer(7, confirmed()).at(0).kind == EventKind::PaymentConfirmed);
  REQUIRE_FALSE(bench.calls.waiting(id));
}

TEST_CASE("an undo is tried until its deadline, and then waits for a person, who may settle it") {
  Bench bench;
  tape::Record& record = bench.order(1, State::refunding);
  CHECK(bench.peer.calls.at(0).key == record.order.id.str() + ".payment.undo");
  std::vector<tape::Event> events;
  for (std::uint64_t call = 1; events.empty(); ++call) {
    REQUIRE(call < 50);
    Answer nothing = failed();
    nothing.why = "no " + std::to_string(call);
    if (bench.peer.calls.size() >= call) events = bench.answer(call, nothing);
    if (events.empty()) events = bench.run(1s);
  }
  REQUIRE(events.at(0).kind == EventKind::OrderParked);
  CHECK(record.attempts.load() > 1);  // still shown, as what was answered last
  CHECK(bench.calls.waiting(record.order.id)->error.starts_with("no "));
  REQUIRE(events[0].at_ack == HandlerId::payment);
  bench.dispatch.hand_on(record, HandlerId::payment);
  REQUIRE(bench.run(1s).empty());

  Answer settled{.turn = saga::Turn::payment_undo,
                 .verdict = Answer::Verdict::decided,
                 .kind = EventKind::PaymentRefunded,
                 .said = {.reference = "bank transfer 77", .by = "desk"}};
  REQUIRE(bench.dispatch.answer(record, settled));
  REQUIRE(bench.run(1ms).at(0).state == State::cancelling);
  CHECK(record.reference(EventKind::PaymentRefunded) == "bank transfer 77");
  CHECK(record.pokes.load() == 0);
  CHECK(record.attempts.load() == 0);
  CHECK_FALSE(bench.calls.waiting(record.order.id));
}

TEST_CASE("as many are called for as may be; the others wait and hold nobody up") {
  Bench bench;
  for (unsigned n = 1; n <= 4; ++n) bench.order(n);
  REQUIRE(bench.peer.calls.size() == 2);
  REQUIRE(bench.pay.resting().all() == 4);
  REQUIRE(bench.answer(2, confirmed()).size() == 1);
  REQUIRE(bench.peer.calls.size() == 3);
  bench.peer.full = true;
  REQUIRE(bench.answer(1, confirmed()).size() == 1);
  REQUIRE(bench.peer.calls.size() == 3);
  bench.peer.full = false;
  REQUIRE(bench.answer(3, confirmed()).size() == 1);
  REQUIRE(bench.peer.calls.size() == 4);

  // One that was never called for fails plainly when its time is over.
  Bench full;
  full.peer.full = true;
  full.order(1);
  const auto events = full.run(11s);
  REQUIRE(events.at(0).kind == EventKind::PaymentNotAuthorized);
  REQUIRE(events[0].reason == Reason::unavailable);
}

TEST_CASE("those that are asked for again wait behind the others, but for one call in eight") {
  Bench bench({.at_once = 1, .answer_deadline = 1h});
  constexpr std::uint64_t later = 20;
  for (unsigned n = 1; n <= later; ++n) {
    bench.order(n);
    bench.answer(n, {.verdict = Answer::Verdict::later, .retry_after = 1s});
  }
  bench.peer.full = true;
  bench.run(2s);  // all of them are due again
  for (unsigned n = later + 1; n <= 2 * later; ++n) bench.order(n);
  bench.peer.full = false;
  bench.calls.go_on();
  unsigned again = 0;
  for (std::uint64_t call = later + 1; call <= later + 16; ++call) {
    REQUIRE(bench.peer.calls.size() == call);
    if (bench.peer.calls.back().attempt > 1) ++again;
    bench.answer(call, confirmed());
  }
  CHECK(again == 2);
}

TEST_CASE("nobody is asked for the money of an order that costs nothing") {
  Bench bench;
  tests::OrderDraft draft = tests::make_order(2);
  draft.order.total_minor = 0;
  tape::Record& free = *bench.orders.admit(draft.order).record;
  tape::take_step(free, EventKind::OrderPlaced, State::placed, Reason::none, bench.now);
  free.order_since = bench.now;
  bench.dispatch.hand_on(free, HandlerId::payment);
  REQUIRE(bench.run(1ms).at(0).kind == EventKind::PaymentConfirmed);
  REQUIRE(bench.peer.calls.empty());
}
