#include "tests/unit/desk/world.h"

using namespace tests;
using saga::EventKind;
using saga::State;
using saga::Turn;

namespace {

/// Payment is done outside, mails are sent by whoever listens to the topic.
saga::Outside payment_outside() {
  saga::Outside outside;
  outside.of(saga::HandlerId::payment) = true;
  outside.mails_by_topic = true;
  return outside;
}

struct Answering : World {
  Asker& say(Turn turn, EventKind kind, std::string reference = "pi_1", unsigned number = 1) {
    Asker& by = askers.emplace_back();
    theirs.answer(order_id(number), {.turn = turn, .kind = kind, .said = {.reference = std::move(reference)}},
                  deadlines(), by);
    return by;
  }
  /// What payment was told.
  std::unique_ptr<tape::Answer> told() {
    tape::Task task;
    if (inboxes.of(saga::HandlerId::payment).pop({&task, 1}) != 1) return nullptr;
    REQUIRE(task.kind == tape::TaskKind::answer);
    std::unique_ptr<tape::Answer> answer(task.answer);
    answer->record->pokes.fetch_sub(1);
    return answer;
  }

  desk::Desk theirs{
      {.orders = orders,
       .dispatch = dispatch,
       .stock = stock,
       .store = store,
       .tape = tape,
       .transcript = transcript,
       .timers = timers,
       .outside = payment_outside(),
       .said_later = [](saga::HandlerId, const saga::OrderId&) {
         return std::optional(tape::SaidLater{R"({"type":"redirect"})", "2026-12-24T18:00:00Z"});
       }}};
  std::deque<Asker> askers;
};

}  // namespace

TEST_CASE("an answer to the order's turn is handed on, and accepted when its event is acked") {
  Answering world;
  tape::Record& record = world.acked_order(1);
  const Asker& by = world.say(Turn::payment_charge, EventKind::PaymentConfirmed);
  REQUIRE(by.waiting());
  const auto told = world.told();
  REQUIRE(told != nullptr);
  CHECK(told->turn == Turn::payment_charge);
  CHECK(told->kind == EventKind::PaymentConfirmed);
  CHECK(told->said.reference == "pi_1");
  CHECK(told->record == &record);
  world.step(record, EventKind::PaymentConfirmed, State::paid);
  CHECK(by.has(Outcome::accepted));
  CHECK_FALSE(by.answer->replayed);

  const Asker& twice = world.say(Turn::payment_charge, EventKind::PaymentConfirmed);
  CHECK(twice.has(Outcome::accepted));
  CHECK(twice.answer->replayed);
  CHECK(world.say(Turn::payment_charge, EventKind::PaymentNotAuthorized).has(Outcome::refused));
  CHECK(world.told() == nullptr);
}

TEST_CASE("an answer that is overtaken by another event is refused") {
  Answering world;
  tape::Record& record = world.acked_order(1);
  const Asker& by = world.say(Turn::payment_charge, EventKind::PaymentConfirmed);
  CHECK(
      world.say(Turn::payment_charge, EventKind::PaymentConfirmed).has(Outcome::not_taken));  // one at a time
  world.step(record, EventKind::PaymentUnresolved, State::refunding);
  CHECK(by.has(Outcome::refused));
  REQUIRE(world.told() != nullptr);
}

TEST_CASE("only whose turn it is is heard, and only if the work is done outside") {
  Answering world;
  tape::Record& record = world.acked_order(1);
  CHECK(world.say(Turn::payment_undo, EventKind::PaymentRefunded).has(Outcome::refused));
  CHECK(world.say(Turn::payment_charge, EventKind::PaymentRefunded).has(Outcome::refused));
  world.step(record, EventKind::PaymentConfirmed, State::paid);
  CHECK(world.say(Turn::inventory_reserve, EventKind::InventoryUpdated).has(Outcome::refused));
  world.step(record, EventKind::InventoryUpdated, State::reserved);
  world.step(record, EventKind::ShippingConfirmed, State::shipped);
  CHECK(world.say(Turn::notification_send, EventKind::NotificationSent).has(Outcome::refused));
  CHECK(world.told() == nullptr);
}

TEST_CASE("a parked order is settled by a person, who names no turn, and not by a participant") {
  Answering world;
  tape::Record& record = world.acked_order(1);
  world.step(record, EventKind::PaymentUnresolved, State::refunding);
  world.step(record, EventKind::OrderParked, State::parked_refunding);
  CHECK(world.say(Turn::payment_undo, EventKind::PaymentRefunded).has(Outcome::refused));
  const Asker& person = world.say(Turn::none, EventKind::PaymentRefunded, "bank transfer 77");
  const auto told = world.told();
  REQUIRE(told != nullptr);
  CHECK(told->turn == Turn::payment_undo);
  world.step(record, EventKind::PaymentRefunded, State::cancelling);
  CHECK(person.has(Outcome::accepted));
}

TEST_CASE("an order that has ended is known to have had an answer, or not to wait for it") {
  Answering world;
  tape::Record& record = world.acked_order(1);
  world.step(record, EventKind::PaymentConfirmed, State::paid);
  world.step(record, EventKind::InventoryUpdated, State::reserved);
  world.step(record, EventKind::ShippingConfirmed, State::shipped);
  world.step(record, EventKind::NotificationSent, State::completed);
  world.finish(record);
  CHECK(world.say(Turn::payment_charge, EventKind::PaymentConfirmed).answer->replayed);
  CHECK(world.say(Turn::payment_undo, EventKind::PaymentRefunded).has(Outcome::refused));
}

TEST_CASE("GET of an order whose turn is done outside says for whom it waits") {
  Answering world;
  world.acked_order(1);
  Asker& by = world.askers.emplace_back();
  world.theirs.show(order_id(1), world.deadlines(), by);
  REQUIRE(by.has(Outcome::shown));
  const std::string id = order_id(1).str();
  CHECK(by.document.find(R"("waiting":{"handler":"payment","key":")" + id +
                         R"(.payment.charge","since":")") != std::string::npos);
  CHECK(by.document.ends_with(R"("until":"2026-12-24T18:00:00Z","action":{"type":"redirect"}}})"));
}

TEST_CASE("GET of an order whose mail is sent over the topic says so, by the mail's own key") {
  Answering world;
  tape::Record& record = world.acked_order(1);
  world.step(record, EventKind::PaymentConfirmed, State::paid);
  world.step(record, EventKind::InventoryUpdated, State::reserved);
  world.step(record, EventKind::ShippingConfirmed, State::shipped);
  Asker& by = world.askers.emplace_back();
  world.theirs.show(order_id(1), world.deadlines(), by);
  REQUIRE(by.has(Outcome::shown));
  CHECK(by.document.find(R"("waiting":{"handler":"notification","key":")" + order_id(1).str() +
                         R"(.notification.send.shipping-confirmation")") != std::string::npos);
}
