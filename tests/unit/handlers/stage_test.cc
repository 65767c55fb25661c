#include "handlers/stage.h"

#include <vector>

#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "handlers/order.h"
#include "handlers/payment.h"
#include "handlers/shipping.h"
#include "handlers/stages.h"
#include "tests/catch.h"
#include "tests/world/core.h"
#include "tests/world/make_order.h"

using namespace std::chrono_literals;
using saga::EventKind;
using saga::HandlerId;
using saga::Reason;
using saga::State;

namespace {

/// The payment and shipping stages on a tape of their own; the test is the reactor.
struct Bench : tests::Core {
  explicit Bench(
      handlers::PaymentRules payment_rules = {}, handlers::ShippingRules shipping_rules = {},
      handlers::RetryRules retry = {.attempts = 3, .backoff = 100ms, .backoff_max = 1s, .deadline = 10s})
      : Core({.live = 64, .bytes = 1 << 20, .finished = 8}),
        payment(std::move(payment_rules)),
        shipping(std::move(shipping_rules)),
        pay(payment, nullptr, {.retry = retry}, tape, inboxes, wall, now),
        ship(shipping, nullptr, {.retry = retry}, tape, inboxes, wall, now) {
    orders.open_intake();
  }

  tape::Record& order(unsigned n, State state) {
    tape::Record& record = *orders.admit(tests::make_order(n).order).record;
    record.state = state;
    record.step = 1;
    record.order_since = record.step_since = record.last_at = now;
    return record;
  }
  /// Time passes in small turns; what was appended meanwhile.
  std::vector<tape::Event> run(handlers::Stage& stage, engine::Duration length) {
    std::vector<tape::Event> events;
    for (const engine::Time end = now + length; now <= end; now = now + 1ms) {
      while (stage.do_work(now) > 0) {
      }
      for (; read < tape.claimed(); ++read) events.push_back(tape.event(read));
    }
    return events;
  }
  bool holds_token(HandlerId handler, const tape::Record& record) {
    tape::Task task;
    return inboxes.of(handler).pop({&task, 1}) == 1 && task.kind == tape::TaskKind::token &&
           task.record == &record;
  }

  engine::Time now{1'700'000'000'000'000'000};
  runtime::WallClock wall;
  tape::Index read = 0;
  handlers::PaymentHandler payment;
  handlers::ShippingHandler shipping;
  handlers::Stage pay, ship;
};

handlers::PaymentRules payments_fail() {
  handlers::PaymentRules rules;
  rules.transient_rate = 1;
  return rules;
}

handlers::PaymentRules refunds_fail(double rate) {
  handlers::PaymentRules rules;
  rules.refund_transient_rate = rate;
  return rules;
}

}  // namespace

TEST_CASE("a cancel that comes before the token does turns the order round at the next handler") {
  Bench bench;
  tape::Record& record = bench.order(1, State::placed);
  REQUIRE(bench.dispatch.request(record, tape::OrderRequest::cancel, "till"));
  bench.dispatch.hand_on(record, HandlerId::payment);
  const auto events = bench.run(bench.pay, 1ms);
  REQUIRE(record.answers.find(EventKind::OrderCancelRequested)->by == "till");
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].kind == EventKind::OrderCancelRequested);
  REQUIRE(events[0].reason == Reason::customer_request);
  REQUIRE(events[0].state == State::cancelling);
  REQUIRE(bench.holds_token(HandlerId::order, record));
}

TEST_CASE(
    "an order waiting for its next attempt notices a cancel at once, and others are not held up by it") {
  Bench bench(payments_fail());
  tape::Record& waiting = bench.order(1, State::placed);
  bench.dispatch.hand_on(waiting, HandlerId::payment);
  REQUIRE(bench.run(bench.pay, 10ms).empty());
  REQUIRE(bench.pay.resting().all() == 1);

  tape::Record& other = bench.order(2, State::refunding);
  bench.dispatch.hand_on(other, HandlerId::payment);
  REQUIRE(bench.run(bench.pay, 1ms).at(0).kind == EventKind::PaymentRefunded);

  REQUIRE(bench.dispatch.request(waiting, tape::OrderRequest::cancel));
  bench.pay.do_work(bench.now);
  REQUIRE(bench.tape.event(bench.read).kind == EventKind::OrderCancelRequested);
  REQUIRE(bench.pay.resting().all() == 0);
}

TEST_CASE("a cancel during a provider's answer comes before it: the call never was") {
  handlers::ShippingRules slow;
  slow.latency = 1s;
  Bench bench({}, slow);
  tape::Record& record = bench.order(1, State::reserved);
  bench.dispatch.hand_on(record, HandlerId::shipping);
  REQUIRE(bench.run(bench.ship, 900ms).empty());
  REQUIRE(bench.dispatch.request(record, tape::OrderRequest::cancel));
  const auto events = bench.run(bench.ship, 5s);
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].kind == EventKind::OrderCancelRequested);
  REQUIRE(events[0].state == State::releasing);
}

TEST_CASE("a cancel that comes when the order goes back already changes nothing") {
  Bench bench(refunds_fail(1));
  tape::Record& record = bench.order(1, State::refunding);
  bench.dispatch.hand_on(record, HandlerId::payment);
  bench.run(bench.pay, 10ms);
  REQUIRE(bench.dispatch.request(record, tape::OrderRequest::cancel));
  REQUIRE(bench.run(bench.pay, 10ms).empty());
  REQUIRE(bench.pay.resting().all() == 1);
}

TEST_CASE("spent attempts fail the step, with backoffs that double") {
  Bench bench(payments_fail());
  tape::Record& record = bench.order(1, State::placed);
  bench.dispatch.hand_on(record, HandlerId::payment);
  const engine::Time begin = bench.now;
  std::vector<tape::Event> events;
  while (events.empty()) events = bench.run(bench.pay, 1ms);
  REQUIRE(events[0].kind == EventKind::PaymentNotAuthorized);
  REQUIRE(events[0].reason == Reason::unavailable);
  REQUIRE(bench.pay.retries().value() == 3);
  const auto waited = events[0].at - begin;  // 100 ms and 200 ms, less at most half
  REQUIRE(waited >= 150ms);
  REQUIRE(waited <= 310ms);
}

TEST_CASE("the deadline of the order fails the step forwards, whatever attempts are left") {
  Bench bench(payments_fail(), {},
              {.attempts = 1000, .backoff = 100ms, .backoff_max = 1s, .deadline = 1h, .order_deadline = 5s});
  tape::Record& record = bench.order(1, State::placed);
  bench.dispatch.hand_on(record, HandlerId::payment);
  const auto events = bench.run(bench.pay, 6s);
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].kind == EventKind::PaymentNotAuthorized);
  REQUIRE(events[0].reason == Reason::deadline);

  tape::Record& late = bench.order(2, State::reserved);
  late.order_since = bench.now - 6s;
  bench.dispatch.hand_on(late, HandlerId::shipping);
  REQUIRE(bench.run(bench.ship, 1ms).at(0).reason == Reason::deadline);
}

TEST_CASE("an undo is tried until its deadline, then waits for a person, who sends it on") {
  Bench bench(refunds_fail(1), {}, {.attempts = 1, .backoff = 100ms, .backoff_max = 1s, .deadline = 10s});
  tape::Record& record = bench.order(1, State::refunding);
  record.turned_by = Reason::shipping_failed;
  bench.dispatch.hand_on(record, HandlerId::payment);
  REQUIRE(bench.run(bench.pay, 1s).empty());
  REQUIRE(bench.pay.resting().retrying(Reason::shipping_failed) == 1);
  REQUIRE(bench.pay.resting().parked(Reason::shipping_failed) == 0);
  auto events = bench.run(bench.pay, 30s);
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].kind == EventKind::OrderParked);
  REQUIRE(events[0].reason == Reason::unavailable);
  REQUIRE(bench.pay.resting().all() == 1);
  REQUIRE(bench.pay.resting().retrying(Reason::shipping_failed) == 0);
  REQUIRE(bench.pay.resting().parked(Reason::shipping_failed) == 1);

  REQUIRE(bench.dispatch.request(record, tape::OrderRequest::retry));
  events = bench.run(bench.pay, 30s);
  REQUIRE(events.size() == 2);  // it fails as before, and is not resumed a second time by the same request
  REQUIRE(events[0].kind == EventKind::OrderResumed);
  REQUIRE(events[1].kind == EventKind::OrderParked);
}

TEST_CASE("a poke is dropped by a handler that does not keep the order, and the record outlives it") {
  Bench bench;
  tape::Record& record = bench.order(1, State::reserved);
  REQUIRE(bench.dispatch.request(record, tape::OrderRequest::cancel));
  REQUIRE(bench.run(bench.pay, 1ms).empty());
  REQUIRE(record.pokes.load() == 2);
  tape::Task stocks;
  REQUIRE(bench.inboxes.of(HandlerId::inventory).pop({&stocks, 1}) == 1);
  record.pokes.fetch_sub(1);                                                 // as inventory's stage does
  REQUIRE_FALSE(bench.dispatch.request(record, tape::OrderRequest::retry));  // one at a time
  record.status = State::completed;
  bench.orders.finish(record, "{}");
  REQUIRE(bench.orders.counts().live == 0);
  REQUIRE(bench.run(bench.ship, 1ms).empty());  // reads the record, which is still there
  REQUIRE(record.pokes.load() == 0);
}

TEST_CASE("the time of an event follows the wall clock, never behind the step before; deadlines do not") {
  Bench bench(payments_fail(), {},
              {.attempts = 1000, .backoff = 100ms, .backoff_max = 1s, .deadline = 1h, .order_deadline = 5s});
  const engine::Time placed = bench.now;
  tape::Record& ahead = bench.order(1, State::reserved);
  bench.wall.follow(bench.now, bench.now + 1h);
  bench.dispatch.hand_on(ahead, HandlerId::shipping);
  REQUIRE(bench.run(bench.ship, 1ms).at(0).at == placed + 1h);
  REQUIRE(ahead.last_at == placed + 1h);
  REQUIRE(ahead.step_since == placed);

  // One whose last step another engine took, with a clock two hours ahead.
  tape::Record& far = bench.order(2, State::reserved);
  far.last_at = placed + 2h;
  bench.dispatch.hand_on(far, HandlerId::shipping);
  REQUIRE(bench.run(bench.ship, 1ms).at(0).at == placed + 2h);

  // Neither it nor the step of the clock makes a deadline longer, or shorter.
  tape::Record& waiting = bench.order(3, State::placed);
  waiting.last_at = placed + 2h;
  const engine::Time begin = waiting.order_since;
  bench.dispatch.hand_on(waiting, HandlerId::payment);
  REQUIRE(bench.run(bench.pay, 4900ms).empty());
  bench.wall.follow(bench.now, bench.now - 1h);
  const auto events = bench.run(bench.pay, 200ms);
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].reason == Reason::deadline);
  REQUIRE(waiting.step_since >= begin + 5s);
  REQUIRE(waiting.step_since < begin + 5s + 2ms);
}

TEST_CASE("the deadline of the order does not wait for a provider's answer, an undo does") {
  handlers::PaymentRules slow;
  slow.latency = 1h;
  handlers::RetryRules retry{.attempts = 3, .backoff = 100ms, .backoff_max = 1s, .order_deadline = 5s};
  Bench bench(slow, {}, retry);
  tape::Record& record = bench.order(1, State::placed);
  bench.dispatch.hand_on(record, HandlerId::payment);
  REQUIRE(bench.run(bench.pay, 4900ms).empty());
  const auto events = bench.run(bench.pay, 200ms);
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].kind == EventKind::PaymentNotAuthorized);
  REQUIRE(events[0].reason == Reason::deadline);

  tape::Record& back = bench.order(2, State::refunding);
  back.order_since = bench.now - 1h;
  bench.dispatch.hand_on(back, HandlerId::payment);
  REQUIRE(bench.run(bench.pay, 10s).empty());
}

TEST_CASE("nor does it for the answer to another attempt") {
  handlers::PaymentRules slow = payments_fail();
  slow.latency = 2s;
  Bench bench(slow, {}, {.attempts = 1000, .backoff = 100ms, .backoff_max = 1s, .order_deadline = 5s});
  tape::Record& record = bench.order(1, State::placed);
  const engine::Time due = bench.now + 5s;
  bench.dispatch.hand_on(record, HandlerId::payment);
  const auto events = bench.run(bench.pay, 10s);
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].reason == Reason::deadline);
  REQUIRE(record.step_since - due <= 1ms);
}

TEST_CASE("of an order that costs nothing nobody is asked to pay or to refund") {
  const bool away = true;
  handlers::PaymentRules never;
  never.decline_rate = never.transient_rate = never.refund_transient_rate = 1;
  never.latency = 1h;
  never.away = &away;
  Bench bench(never);
  tests::OrderDraft draft = tests::make_order(1);
  draft.order.total_minor = 0;
  draft.order.discount_minor = 4999;
  for (const State state : {State::placed, State::refunding}) {
    draft.order.id = tests::order_id(static_cast<unsigned>(state));
    tape::Record& record = *bench.orders.admit(draft.order).record;
    record.state = state;
    record.step = 1;
    record.order_since = record.step_since = record.last_at = bench.now;
    bench.dispatch.hand_on(record, HandlerId::payment);
    const auto events = bench.run(bench.pay, 10ms);
    REQUIRE(events.size() == 1);
    const bool forwards = state == State::placed;
    REQUIRE(events[0].kind == (forwards ? EventKind::PaymentConfirmed : EventKind::PaymentRefunded));
    REQUIRE((forwards ? record.payment_reference : record.refund_reference).view() == "free");
  }
}
