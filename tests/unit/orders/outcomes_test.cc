#include "engine/orders/outcomes.h"

#include "engine/tape/advance.h"
#include "tests/catch.h"
#include "tests/world/make_order.h"

using saga::EventKind;
using saga::Reason;
using saga::State;

namespace {

struct Bench {
  Bench() { outcomes.list(metrics); }
  /// Its next step, as release shows it.
  void step(EventKind kind, State state, Reason reason = Reason::none) {
    at = at + std::chrono::seconds{1};
    const tape::Event event{
        .record = record.get(), .at = at, .step = ++number, .kind = kind, .state = state, .reason = reason};
    tape::show_step(*record, {at, number, kind, state, reason, number});
    outcomes.acked(event);
  }
  bool says(const std::string& line) const { return metrics.render().find(line + "\n") != std::string::npos; }

  const tests::OrderDraft draft = tests::make_order(1);
  tape::OwnedRecord record{tape::Record::create(draft.order)};
  engine::Time at{1'767'355'200'000'000'000};
  std::uint32_t number = 0;
  orders::Outcomes outcomes;
  runtime::Metrics metrics;
};

}  // namespace

TEST_CASE("an order counts once, when it ends, and its mail that is asked for again is no other end") {
  Bench bench;
  bench.step(EventKind::OrderPlaced, State::placed);
  bench.step(EventKind::ShippingConfirmed, State::shipped);
  REQUIRE(bench.says(R"(saga_orders_ended_total{outcome="completed",reason="none"} 0)"));
  bench.step(EventKind::NotificationSent, State::completed);
  REQUIRE(bench.says(R"(saga_orders_ended_total{outcome="completed",reason="none"} 1)"));
  bench.record->ask_for_mail(4);
  bench.step(EventKind::MailRequested, State::completed_mailing);
  bench.step(EventKind::NotificationSent, State::completed);
  REQUIRE(bench.says(R"(saga_orders_ended_total{outcome="completed",reason="none"} 1)"));
  REQUIRE(bench.says(R"(saga_order_seconds_count{outcome="completed"} 1)"));
  REQUIRE(bench.says(R"(saga_order_seconds_sum{outcome="completed"} 2)"));
}

TEST_CASE("a cancelled order counts by why it went back, whatever became of its mail") {
  Bench bench;
  bench.step(EventKind::OrderPlaced, State::placed);
  bench.step(EventKind::PaymentNotAuthorized, State::cancelling, Reason::payment_declined);
  bench.step(EventKind::OrderCancelled, State::undone, Reason::payment_declined);
  bench.step(EventKind::NotificationFailed, State::cancelled, Reason::mail_refused);
  REQUIRE(bench.says(R"(saga_orders_ended_total{outcome="cancelled",reason="payment_declined"} 1)"));
  REQUIRE(bench.says(R"(saga_orders_ended_total{outcome="cancelled",reason="mail_refused"} 0)"));
  REQUIRE(bench.says(R"(saga_order_seconds_count{outcome="cancelled"} 1)"));
}
