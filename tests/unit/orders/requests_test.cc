// Requests off the topic, each held against its order.
#include "engine/orders/requests.h"

#include "tests/unit/orders/requested.h"

using namespace tests;

TEST_CASE("a request that answers the order's turn is taken, and settled with its event") {
  Requested world;
  tape::Record& record = world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.settled() == 0);
  world.takes(HandlerId::payment);
  REQUIRE(record.status == saga::State::paid);
  REQUIRE(record.reference(EventKind::PaymentConfirmed) == "r-a");
  REQUIRE(world.count(Outcome::taken) == 1);
  REQUIRE(world.requests.settled(world.tape.released.read() - 1) == 0);  // a batch without that event
  REQUIRE(world.settled() == 1);
  REQUIRE(world.requests.kept() == 0);
}

TEST_CASE("a request of an order that is not there yet is kept until it is") {
  Requested world;
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.count(Outcome::early) == 1);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  world.place(1);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
  REQUIRE(world.settled() == 1);
}

TEST_CASE("a request for a turn to come is kept until it comes") {
  Requested world;
  tape::Record& record = world.place(1);
  world.said(1, 3, EventKind::ShippingFailed, "early");
  REQUIRE(world.count(Outcome::early) == 1);
  world.happens(record, EventKind::PaymentConfirmed);
  REQUIRE(world.answer(HandlerId::shipping) == nullptr);
  world.happens(record, EventKind::InventoryUpdated);
  world.takes(HandlerId::shipping);
  REQUIRE(record.status == saga::State::releasing);
  REQUIRE(world.count(Outcome::early) == 1);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("an early request in vain is given up") {
  Requested world;
  world.place(1);
  world.said(1, 3, EventKind::ShippingFailed);
  world.said(2, 1, EventKind::PaymentConfirmed);
  world.after(9min);
  REQUIRE(world.settled() == 0);
  REQUIRE(world.requests.kept() == 2);
  world.after(1min);
  REQUIRE(world.requests.kept() == 0);
  REQUIRE(world.settled() == 2);
  REQUIRE(world.count(Outcome::early) == 2);
  REQUIRE(world.count(Outcome::foreign) == 1);  // nobody knows that order
}

TEST_CASE("what was said already is said twice") {
  Requested world;
  world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed, "a");
  world.said(1, 1, EventKind::PaymentConfirmed, "b");  // before the first is taken
  world.takes(HandlerId::payment);
  world.said(1, 1, EventKind::PaymentConfirmed, "c");
  REQUIRE(world.count(Outcome::taken) == 1);
  REQUIRE(world.count(Outcome::twice) == 2);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  REQUIRE(world.settled() == 3);
}

TEST_CASE("what comes when the order has moved on is late") {
  Requested world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentUnresolved);
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.count(Outcome::late) == 1);
  REQUIRE(world.settled() == 1);
}

TEST_CASE("what was sent to the handler when the order moved on is late") {
  Requested world;
  tape::Record& record = world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.append(record, EventKind::PaymentUnresolved);
  world.drops(HandlerId::payment);
  world.ack();
  REQUIRE(world.count(Outcome::late) == 1);
  REQUIRE(world.settled() == 1);
}

TEST_CASE("an undo that was parked is settled by its participant") {
  Requested world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentUnresolved);
  world.happens(record, EventKind::OrderParked);
  world.said(1, 2, EventKind::PaymentRefunded);
  world.takes(HandlerId::payment);
  REQUIRE(record.status == saga::State::cancelling);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("an order that is resumed has the turn that it had") {
  Requested world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentUnresolved);
  world.happens(record, EventKind::OrderParked);
  world.happens(record, EventKind::OrderResumed);
  SECTION("of the event that gave it") { world.said(1, 2, EventKind::PaymentRefunded); }
  SECTION("of the one that resumed it") { world.said(1, 4, EventKind::PaymentRefunded); }
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE(
    "of a mail that was asked for again, what was said of one before is no answer, however short its steps "
    "are kept") {
  Requested world;
  tape::Record& record = world.place(1);
  for (const EventKind kind :
       {EventKind::PaymentConfirmed, EventKind::InventoryUpdated, EventKind::ShippingConfirmed,
        EventKind::NotificationSent, EventKind::MailRequested, EventKind::NotificationSent,
        EventKind::MailRequested, EventKind::NotificationSent, EventKind::MailRequested})
    world.happens(record, kind);
  record.stored(10);
  record.mailing = true;
  world.said(1, 6, EventKind::NotificationSent, "a");
  REQUIRE(world.count(Outcome::twice) == 1);
  world.said(1, 6, EventKind::NotificationFailed, "b");
  REQUIRE(world.count(Outcome::late) == 1);
  world.said(1, 10, EventKind::NotificationSent, "c");
  world.takes(HandlerId::notification);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("a parcel that is confirmed for the call before the recall is late, for the recall it is taken") {
  Requested world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentConfirmed);
  world.happens(record, EventKind::InventoryUpdated);
  world.happens(record, EventKind::ShippingUnresolved);
  world.said(1, 3, EventKind::ShippingConfirmed, "a");
  REQUIRE(world.count(Outcome::late) == 1);
  world.said(1, 4, EventKind::ShippingConfirmed, "b");
  world.takes(HandlerId::shipping);
  REQUIRE(record.status == saga::State::shipped);
}

TEST_CASE(
    "what nobody here asked for is foreign, what is not readable broken, and neither holds up the others") {
  Requested world;
  world.place(1);
  world.said(1, 1, EventKind::PaymentRefunded);   // no answer to OrderPlaced
  world.said(1, 1, EventKind::InventoryUpdated);  // inventory is the engine's own
  world.said_badly(engine::Request::Kind::foreign);
  world.said_badly(engine::Request::Kind::broken);
  REQUIRE(world.count(Outcome::foreign) == 3);
  REQUIRE(world.count(Outcome::broken) == 1);
  REQUIRE(world.settled() == 4);
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("while something else is on its way to the order, a request waits") {
  Requested world;
  tape::Record& record = world.place(1);
  record.pokes.store(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  REQUIRE(world.requests.next_deadline() > world.clock.now());
  record.pokes.store(0);  // it was taken, and nothing came of it
  world.clock.advance(10ms);
  world.turn();
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("of a finished order it is known whether it was said") {
  Requested world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentNotAuthorized);
  world.happens(record, EventKind::OrderCancelled);
  world.happens(record, EventKind::NotificationSent);
  record.stored_step = record.step_count;
  world.orders.finish(record, R"({"steps":[{"step":2,"type":"PaymentNotAuthorized"}]})");
  world.said(1, 1, EventKind::PaymentConfirmed, "a");
  world.said(1, 1, EventKind::PaymentNotAuthorized, "b");
  REQUIRE(world.count(Outcome::late) == 1);
  REQUIRE(world.count(Outcome::twice) == 1);
}

TEST_CASE("an early one is given up for a new one when there is no place") {
  Requested world(engine::limits::request_batch + 2);
  for (unsigned n = 100; n < 104; ++n) world.said(n, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.requests.kept() <= 3);
  world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("an order that comes into memory without an event is found") {
  Requested world;
  tape::Record* const record = tape::Record::create(tests::make_order(1).order);
  record->state = record->status = saga::State::placed;
  record->step = 1;
  record->add_step({.kind = EventKind::OrderPlaced, .state = saga::State::placed, .number = 1});
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.orders.adopt(record);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  world.after(1s);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}
