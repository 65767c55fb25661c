#include "engine/saga/table.h"
#include "tests/unit/desk/world.h"

using namespace tests;
using saga::EventKind;
using saga::State;
using tape::OrderRequest;

namespace {

struct Requesting : World {
  Asker& ask(OrderRequest what, unsigned number = 1) {
    Asker& by = askers.emplace_back();
    desk.request(order_id(number), what, {}, deadlines(), by);
    return by;
  }
  /// All pokes are taken.
  void take_pokes() {
    for (std::size_t i = 0; i < saga::handlers; ++i) {
      tape::Task task;
      while (inboxes.of(static_cast<saga::HandlerId>(i)).pop({&task, 1}) == 1)
        task.record->pokes.fetch_sub(1);
    }
  }
  std::deque<Asker> askers;
};

}  // namespace

/// contract.md, written down once more and by hand: what the table must come to.
TEST_CASE("what may be requested in which state follows from the table, and is what is promised") {
  for (std::size_t i = 1; i < saga::states; ++i) {
    const auto state = static_cast<State>(i);
    CAPTURE(saga::name(state));
    Requesting world;
    tape::Record& record = world.acked_order(1);
    world.step(record, EventKind::PaymentConfirmed, state);  // whatever the event, it is what they see
    const Asker& cancel = world.ask(OrderRequest::cancel);
    const bool going = state == State::placed || state == State::paid || state == State::reserved;
    const bool shipped = saga::name(state) == "shipped" || saga::name(state) == "captured" ||
                         saga::name(state) == "completed" || state == State::parked_capturing;
    CHECK(cancel.waiting() == going);
    CHECK(cancel.has(Outcome::refused) == shipped);
    CHECK(cancel.has(Outcome::accepted) == (!going && !shipped));
    CHECK(record.requested(OrderRequest::cancel) == going);
    world.take_pokes();
    const Asker& retry = world.ask(OrderRequest::retry);
    CHECK(retry.waiting() == saga::parked(state));
    CHECK(retry.has(Outcome::refused) == !saga::parked(state));
  }
}

TEST_CASE("a cancel is accepted when the order has turned round, for whatever reason") {
  Requesting world;
  tape::Record& record = world.acked_order(1);
  const Asker& first = world.ask(OrderRequest::cancel);
  const Asker& again = world.ask(OrderRequest::cancel);
  world.step(record, EventKind::PaymentConfirmed, State::paid);
  CHECK(first.waiting());
  const auto [event, state] = GENERATE(std::pair{EventKind::OrderCancelRequested, State::refunding},
                                       std::pair{EventKind::InventoryInsufficient, State::refunding});
  world.step(record, event, state);
  CHECK(first.has(Outcome::accepted));
  CHECK(again.has(Outcome::accepted));
}

TEST_CASE("a shipment that is acked before refuses the cancel; a resumption answers the retry") {
  Requesting world;
  tape::Record& record = world.acked_order(1);
  const Asker& cancel = world.ask(OrderRequest::cancel);
  world.step(record, EventKind::ShippingConfirmed, State::shipped);
  CHECK(cancel.has(Outcome::refused));

  tape::Record& parked = world.acked_order(2);
  world.take_pokes();
  world.step(parked, EventKind::OrderParked, State::parked_refunding);
  const Asker& retry = world.ask(OrderRequest::retry, 2);
  CHECK(retry.waiting());
  world.step(parked, EventKind::OrderResumed, State::refunding);
  REQUIRE(retry.has(Outcome::accepted));
  CHECK(retry.answer->status == State::refunding);
}

TEST_CASE("of an order that is not acked a cancel is passed on, and a retry cannot be answered") {
  Requesting world;
  Asker shop;
  world.place(make_order(1), shop, std::nullopt, false);
  tape::Record& record = *world.arrival();
  CHECK(world.ask(OrderRequest::retry).has(Outcome::unacked));
  const Asker& cancel = world.ask(OrderRequest::cancel);
  CHECK(record.requested(OrderRequest::cancel));
  world.placed(record);
  CHECK(cancel.waiting());
  world.step(record, EventKind::OrderCancelRequested, State::cancelling);
  CHECK(cancel.has(Outcome::accepted));
}

TEST_CASE("what is not in memory is answered from the store, and unknown when it does not say") {
  Requesting world;
  const auto kept = [&](std::string_view status, OrderRequest what) {
    world.store.documents.clear();
    if (!status.empty())
      world.store.documents[order_id(1)] = R"({"orderId":"11111111-2222-4333-8444-555555555555","status":")" +
                                           std::string{status} + R"(","steps":[]})";
    const Asker& by = world.ask(what);
    CHECK(by.waiting());
    world.store.answer();
    REQUIRE(by.answer);
    return by.answer->outcome;
  };
  CHECK(kept("", OrderRequest::cancel) == Outcome::no_order);
  CHECK(kept("shipped", OrderRequest::cancel) == Outcome::refused);
  CHECK(kept("cancelled", OrderRequest::cancel) == Outcome::accepted);
  CHECK(kept("paid", OrderRequest::cancel) == Outcome::not_taken);
  CHECK(kept("nonsense", OrderRequest::cancel) == Outcome::not_taken);
  CHECK(kept("cancelled", OrderRequest::retry) == Outcome::refused);
  CHECK(kept("parked", OrderRequest::retry) == Outcome::not_taken);
  const Asker& silent = world.ask(OrderRequest::cancel);
  world.advance(6s);
  CHECK(silent.has(Outcome::unavailable));
  world.store.up = false;
  CHECK(world.ask(OrderRequest::cancel).has(Outcome::unavailable));
}

TEST_CASE("placed while the store was asked about it: the store's no is not good any more") {
  Requesting world;
  const Asker& cancel = world.ask(OrderRequest::cancel);
  tape::Record& record = world.acked_order(1);
  world.store.answer();
  CHECK(cancel.waiting());
  CHECK(record.requested(OrderRequest::cancel));
  world.step(record, EventKind::OrderCancelRequested, State::cancelling);
  CHECK(cancel.has(Outcome::accepted));
}

TEST_CASE("a request unanswered at its deadline: unknown; while another is on its way: not taken") {
  Requesting world;
  tape::Record& record = world.acked_order(1);
  const Asker& cancel = world.ask(OrderRequest::cancel);
  world.advance(31s);
  CHECK(cancel.has(Outcome::unknown));
  world.step(record, EventKind::OrderParked, State::parked_refunding);
  CHECK(world.ask(OrderRequest::retry).has(Outcome::not_taken));  // the cancel's pokes are not taken
  world.take_pokes();
  CHECK(world.ask(OrderRequest::retry).waiting());
}
