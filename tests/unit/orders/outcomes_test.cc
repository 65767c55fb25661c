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
  static inline State ends = State::completed;
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

TEST_CASE(
    "an order that ended with its money or its goods nowhere is counted, and one whose books agree is not") {
  const auto broken = [](auto... steps) {
    Bench bench;
    bench.step(EventKind::OrderPlaced, State::placed);
    (bench.step(steps, State::placed), ...);
    bench.step(EventKind::NotificationSent, bench.ends);
    const std::uint64_t all = bench.outcomes.imbalances();
    const bool money = bench.says(R"(saga_invariant_broken_total{invariant="money"} 1)");
    const bool stock = bench.says(R"(saga_invariant_broken_total{invariant="stock"} 1)");
    CHECK(all == static_cast<std::uint64_t>(money) + static_cast<std::uint64_t>(stock));
    return std::string{money ? "money" : stock ? "stock" : ""};
  };
  using K = EventKind;
  Bench::ends = State::completed;
  CHECK(broken(K::PaymentConfirmed, K::InventoryUpdated, K::ShippingConfirmed).empty());
  CHECK(broken(K::InventoryUpdated, K::ShippingConfirmed) == "money");
  CHECK(broken(K::PaymentConfirmed, K::InventoryUpdated, K::PaymentRefunded) == "money");
  CHECK(broken(K::PaymentConfirmed, K::ShippingConfirmed) == "stock");
  CHECK(broken(K::PaymentConfirmed, K::InventoryUpdated, K::InventoryReleased) == "stock");
  Bench::ends = State::cancelled;
  CHECK(broken(K::PaymentNotAuthorized, K::OrderCancelled).empty());
  CHECK(broken(K::PaymentConfirmed, K::InventoryInsufficient, K::PaymentRefunded).empty());
  CHECK(broken(K::PaymentConfirmed, K::InventoryUpdated, K::ShippingFailed, K::InventoryReleased,
               K::PaymentRefunded)
            .empty());
  CHECK(broken(K::PaymentUnresolved, K::PaymentRefunded).empty());
  CHECK(
      broken(K::PaymentConfirmed, K::InventoryUnresolved, K::InventoryReleased, K::PaymentRefunded).empty());
  CHECK(broken(K::PaymentConfirmed, K::InventoryInsufficient) == "money");
  CHECK(broken(K::PaymentUnresolved) == "money");
  CHECK(broken(K::PaymentNotAuthorized, K::PaymentRefunded) == "money");
  CHECK(broken(K::PaymentConfirmed, K::InventoryUpdated, K::PaymentRefunded) == "stock");
  CHECK(broken(K::PaymentConfirmed, K::InventoryInsufficient, K::InventoryReleased, K::PaymentRefunded) ==
        "stock");
}

TEST_CASE("a level below zero is counted when its event is acknowledged") {
  Bench bench;
  bench.step(EventKind::OrderPlaced, State::placed);
  bench.step(EventKind::PaymentConfirmed, State::paid);
  bench.record->lines_left[0] = -1;
  bench.step(EventKind::InventoryUpdated, State::reserved);
  CHECK(bench.says(R"(saga_invariant_broken_total{invariant="stock"} 1)"));
}
