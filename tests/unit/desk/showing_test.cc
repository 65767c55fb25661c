#include "tests/unit/desk/world.h"

using namespace tests;

namespace {

bool shows(const Asker& asker, const std::string& what) {
  return asker.has(Outcome::shown) && asker.document.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("an order is shown as it is acked, from memory or the store, and missed only when that is known") {
  World world;
  Asker unacked, live, finished, none, silent;
  Asker shop;
  world.place(make_order(1), shop, std::nullopt, false);
  tape::Record& record = *world.arrival();
  world.desk.show(order_id(1), world.deadlines(), unacked);
  CHECK(unacked.has(Outcome::unacked));
  world.placed(record);
  world.desk.show(order_id(1), world.deadlines(), live);
  CHECK(shows(live, R"("status":"placed")"));
  CHECK_FALSE(live.answer->from_store);
  world.step(record, saga::EventKind::NotificationSent, saga::State::completed);
  world.finish(record);
  world.desk.show(order_id(1), world.deadlines(), finished);
  CHECK(shows(finished, R"("status":"completed")"));
  world.desk.show(order_id(2), world.deadlines(), none);
  world.store.answer();
  CHECK(none.has(Outcome::no_order));
  world.desk.show(order_id(2), world.deadlines(), silent);
  world.advance(6s);
  CHECK(silent.has(Outcome::unavailable));
}

TEST_CASE(
    "an order that is tried again, or is parked, says by whom, how often, when next, and what went wrong") {
  World world;
  std::array<std::uint64_t, saga::handlers> attempts{};
  attempts[static_cast<std::size_t>(saga::HandlerId::payment)] = 9;
  desk::Desk knowing{{.orders = world.orders,
                      .dispatch = world.dispatch,
                      .stock = world.stock,
                      .store = world.store,
                      .tape = world.tape,
                      .transcript = world.transcript,
                      .timers = world.timers,
                      .said_later =
                          [](saga::HandlerId, const saga::OrderId&) {
                            return std::optional(tape::SaidLater{.error = "503: \"later\""});
                          },
                      .attempts = attempts,
                      .wall = &world.clock.wall()}};
  const auto has = [&](const std::string& what) {
    Asker by;
    knowing.show(order_id(1), world.deadlines(), by);
    INFO(by.document);
    return shows(by, what);
  };
  tape::Record& record = world.acked_order(1);
  CHECK(has(R"("acked":[{"step":1,"at":")"));
  CHECK_FALSE(has("retrying"));
  record.kept_by = saga::HandlerId::payment;
  record.attempts = 3;
  CHECK(has(R"("retrying":{"handler":"payment","attempts":3,"of":9,"error":"503: \"later\""})"));
  record.next_attempt_ns = (world.clock.now() + 2s).ns;
  CHECK(has(R"("of":9,"nextAttempt":")"));
  world.step(record, saga::EventKind::PaymentRefunded, saga::State::refunding);
  CHECK(has(R"("attempts":3,"nextAttempt":")"));  // an undo has no count
  const tape::Index index = world.tape.claimed();
  REQUIRE(world.tape.room().take(1) == 1);
  world.tape.append({.record = &record,
                     .at = world.clock.now(),
                     .step = ++record.step,
                     .kind = saga::EventKind::OrderParked,
                     .state = saga::State::parked_refunding,
                     .reason = saga::Reason::deadline});
  world.ack(index, {world.next_offset++, 100, index + 1});
  world.turn();
  CHECK(has(R"("parked":{"handler":"payment","attempts":3,"reason":"deadline","error":"503: \"later\""})"));
  CHECK_FALSE(has("retrying"));
}

TEST_CASE(
    "a page has spilled orders from the store, or is not to be had; it ends before it grows too large") {
  World world;
  std::vector<tape::OwnedRecord> twins;
  for (unsigned i = 1; i <= 3; ++i) {
    tape::Record& record = world.acked_order(i);
    if (i == 1) continue;
    world.step(record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
    twins.push_back(world.spill(record));
  }
  Asker all, small, silent;
  world.desk.list({.limit = 10, .bytes = 1 << 20}, world.deadlines(), all);
  CHECK(all.held == 1 << 20);
  for (int i = 0; i < 2; ++i) world.store.answer();
  REQUIRE(all.has(Outcome::listed));
  REQUIRE(all.documents.size() == 3);
  CHECK(all.documents[0].find(order_id(3).str()) != std::string::npos);
  CHECK(all.documents[2].find(order_id(1).str()) != std::string::npos);
  CHECK(all.answer->next == 0);
  world.desk.list({.limit = 10, .bytes = 1}, world.deadlines(), small);
  world.store.answer();
  REQUIRE(small.has(Outcome::listed));
  CHECK(small.documents.size() == 1);
  CHECK(small.answer->next != 0);
  world.desk.list({.limit = 10, .bytes = 1 << 20}, world.deadlines(), silent);
  world.advance(6s);
  CHECK(silent.has(Outcome::unavailable));
}

TEST_CASE("a stock level that cannot be is refused from what everybody sees; else inventory decides") {
  World world;
  Asker uncounted, below, set, closed;
  world.desk.set_stock("cup", {.amount = -1, .relative = true}, {}, world.deadlines(), uncounted);
  CHECK(uncounted.has(Outcome::uncounted));
  world.stock.set("cup", 2);
  CHECK(world.desk.level("cup") == 2);
  world.desk.set_stock("cup", {.amount = -3, .relative = true}, {}, world.deadlines(), below);
  REQUIRE(below.has(Outcome::out_of_bounds));
  CHECK(below.answer->on_hand == 2);
  CHECK(world.dispatch.let_in() == 0);
  const auto outcome = GENERATE(tape::StockOutcome::set, tape::StockOutcome::other_level);
  world.desk.set_stock("cup", {.amount = 5}, {}, world.deadlines(), set);
  CHECK(world.dispatch.let_in() == 1);
  tape::Task task;
  REQUIRE(world.inboxes.of(saga::HandlerId::inventory).pop({&task, 1}) == 1);
  task.stock->on_hand = 5;
  task.stock->outcome = outcome;
  REQUIRE(task.stock->waiter != nullptr);
  task.stock->waiter->acked(*task.stock);
  CHECK(set.has(outcome == tape::StockOutcome::set ? Outcome::level : Outcome::other_level));
  CHECK(task.stock->waiter == nullptr);
  world.orders.close_intake();
  world.desk.set_stock("cup", {.amount = 5}, {}, world.deadlines(), closed);
  CHECK(closed.has(Outcome::not_taken));
}
