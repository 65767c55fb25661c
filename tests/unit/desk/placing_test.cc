#include "tests/unit/desk/world.h"

using namespace tests;

TEST_CASE("an order with a new id asks nobody, and is accepted at its first ack") {
  World world;
  Asker shop;
  world.place(make_order(1), shop, std::nullopt, false);
  CHECK(world.store.asked.empty());
  CHECK(shop.waiting());
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  CHECK(record->order.user_id == "user-1");
  world.placed(*record);
  REQUIRE(shop.has(Outcome::accepted));
  CHECK(shop.answer->id == order_id(1));
  CHECK(shop.answer->status == saga::State::placed);
  CHECK_FALSE(shop.answer->replayed);
  CHECK_FALSE(shop.waiting());
}

TEST_CASE("an id from outside is let in when the store does not know it, with the draft kept meanwhile") {
  World world;
  Asker shop;
  {
    const OrderDraft draft = make_order(1, 3);
    world.place(draft, shop);
  }
  CHECK(shop.held > 0);
  CHECK(world.arrival() == nullptr);
  world.store.answer();
  world.turn();
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  CHECK(record->order.id == order_id(1));
  CHECK(record->order.lines.size() == 3);
  CHECK(record->order.lines[2].sku == "sku-2");
  CHECK(shop.held == 0);
  world.placed(*record);
  CHECK(shop.has(Outcome::accepted));
}

TEST_CASE("of two with one id that ask the store at once, one is let in and both are answered at its ack") {
  World world;
  Asker first, second, other;
  OrderDraft another = make_order(1);
  another.order.body_hash.fill(99);
  world.place(make_order(1), first);
  world.place(make_order(1), second);
  world.place(another, other);
  world.store.answer();
  world.turn();
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  CHECK(world.arrival() == nullptr);
  CHECK(world.dispatch.let_in() == 1);
  CHECK_FALSE(other.answer);  // not even that there is one
  world.placed(*record);
  REQUIRE(first.has(Outcome::accepted));
  REQUIRE(second.has(Outcome::accepted));
  CHECK_FALSE(first.answer->replayed);
  CHECK(second.answer->replayed);
  CHECK(other.has(Outcome::other_body));
}

TEST_CASE("a known id is answered from wherever it is known") {
  World world;
  tape::Record& record = world.acked_order(1);
  const auto again = [&](unsigned body) {
    Asker shop;
    OrderDraft draft = make_order(1);
    draft.order.body_hash.fill(static_cast<std::uint8_t>(body));
    world.place(draft, shop);
    world.store.answer();
    REQUIRE(shop.answer);
    return *shop.answer;
  };
  CHECK(again(1).status == saga::State::placed);
  CHECK(again(1).replayed);
  CHECK(again(2).outcome == Outcome::other_body);
  world.step(record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
  SECTION("finished") {
    world.step(record, saga::EventKind::NotificationSent, saga::State::completed);
    world.finish(record);
    CHECK(again(1).status == saga::State::completed);
    CHECK_FALSE(again(1).from_store);
    CHECK(again(2).outcome == Outcome::other_body);
  }
  SECTION("only in the store") {
    const tape::OwnedRecord twin = world.spill(record);
    CHECK(again(1).status == saga::State::shipped);
    CHECK(again(1).from_store);
    CHECK(again(2).outcome == Outcome::other_body);
    world.store.documents[order_id(1)] = "{}";
    CHECK(again(1).outcome == Outcome::not_taken);
  }
}

TEST_CASE("a store that is away or silent: not taken, and nobody asks it any more") {
  World world;
  Asker away, silent;
  world.place(make_order(2), silent);
  world.store.up = false;
  world.place(make_order(1), away);
  CHECK(away.has(Outcome::not_taken));
  CHECK(away.cause == desk::cause::store_away);
  world.advance(4s);
  CHECK(silent.waiting());
  world.advance(2s);
  CHECK(silent.has(Outcome::not_taken));
  CHECK(world.store.asked.empty());
  CHECK(world.dispatch.let_in() == 0);
}

TEST_CASE("a key beside an id that names another order is another body's, wherever that is known") {
  World world;
  const saga::OrderId key = order_id(77);
  const auto keyed = [&](unsigned number, Asker& shop) {
    const OrderDraft draft = make_order(number);
    world.desk.place({.order = draft.order, .from_outside = true, .key_id = key}, world.deadlines(), shop);
    world.turn();
  };
  Asker first, second, third;
  SECTION("the store has an order of the key's own id") {
    world.store.documents[key] = "{}";
    keyed(1, first);
    world.store.answer();
    CHECK(first.has(Outcome::other_body));
  }
  SECTION("the key came with another id before") {
    keyed(1, first);
    keyed(2, second);
    for (int i = 0; i < 2; ++i) {
      world.store.answer();
      world.turn();
    }
    tape::Record* const record = world.arrival();
    REQUIRE(record != nullptr);
    CHECK(world.arrival() == nullptr);
    CHECK(second.has(Outcome::other_body));
    world.placed(*record);
    CHECK(first.has(Outcome::accepted));
    keyed(3, third);
    CHECK(third.has(Outcome::other_body));
    CHECK(world.store.asked.empty());
  }
}

TEST_CASE("who wants the order's end gets it, or what it is when the time is up, or when the intake closes") {
  World world;
  Asker shop;
  world.place(make_order(1), shop, world.clock.now() + 5s, false);
  tape::Record& record = *world.arrival();
  world.placed(record);
  CHECK_FALSE(shop.answer);
  SECTION("its end") {
    world.step(record, saga::EventKind::NotificationSent, saga::State::completed);
    REQUIRE(shop.has(Outcome::ended));
    CHECK(shop.answer->waited);
    CHECK(shop.document.find(R"("status":"completed")") != std::string::npos);
    CHECK(shop.document.find("bodyHash") == std::string::npos);
  }
  SECTION("its end, while another mail is under way") {
    world.step(record, saga::EventKind::NotificationSent, saga::State::completed);
    world.step(record, saga::EventKind::MailRequested, saga::State::completed_mailing);
    Asker again;
    world.place(make_order(1), again, world.clock.now() + 5s);
    REQUIRE(again.has(Outcome::ended));
    CHECK(again.document.find(R"("status":"completed")") != std::string::npos);
  }
  SECTION("the time") {
    world.step(record, saga::EventKind::PaymentConfirmed, saga::State::paid);
    world.advance(6s);
    REQUIRE(shop.has(Outcome::accepted));
    CHECK(shop.answer->status == saga::State::paid);
  }
  SECTION("the time, before anything is acked") {
    Asker early, never;
    world.place(make_order(2), early, world.clock.now() + 5s, false);
    world.place(make_order(3), never, world.clock.now() + 5s, false);
    tape::Record& unacked = *world.arrival();
    world.advance(6s);
    CHECK(early.waiting());
    world.placed(unacked);
    REQUIRE(early.has(Outcome::accepted));
    CHECK(early.answer->waited);
    world.advance(25s);
    CHECK(never.has(Outcome::unknown));
  }
  SECTION("the intake, before anything is acked") {
    Asker early;
    world.place(make_order(2), early, world.clock.now() + 5s, false);
    world.desk.end_waits();
    world.advance(6s);
    CHECK(early.waiting());
    world.advance(25s);
    CHECK(early.has(Outcome::unknown));
  }
  SECTION("the intake") {
    world.orders.close_intake();
    world.desk.end_waits();
    CHECK(shop.has(Outcome::accepted));
    Asker late;
    world.place(make_order(1), late, world.clock.now() + 5s);
    CHECK(late.has(Outcome::accepted));  // known, and not waited for
    Asker other;
    world.place(make_order(2), other, world.clock.now() + 5s, false);
    CHECK(other.has(Outcome::not_taken));
    CHECK(other.cause == desk::cause::closed);
  }
}

TEST_CASE("who waits for a spilled order is told at once when it is in memory again") {
  World world;
  tape::Record& record = world.acked_order(1);
  world.step(record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
  tape::OwnedRecord twin = world.spill(record);
  Asker shop, gone;
  world.place(make_order(1), shop, world.clock.now() + 5s);
  world.place(make_order(1), gone, world.clock.now() + 5s);
  world.store.answer();
  REQUIRE(shop.waiting());
  gone.forget();
  SECTION("and its end is the answer") {
    tape::Record& back = *twin.release();
    world.orders.adopt(&back);
    CHECK(back.awaited());
    world.step(back, saga::EventKind::NotificationSent, saga::State::completed);
    REQUIRE(shop.has(Outcome::ended));
    CHECK(shop.answer->replayed);
    CHECK_FALSE(back.awaited());
  }
  SECTION("but not longer than it wanted") {
    world.advance(6s);
    REQUIRE(shop.has(Outcome::accepted));
    CHECK(shop.answer->status == saga::State::shipped);
    world.orders.adopt(twin.get());
    CHECK_FALSE(twin.release()->awaited());
  }
  SECTION("nor over a stop") {
    world.desk.end_waits();
    CHECK(shop.has(Outcome::accepted));
  }
  CHECK_FALSE(gone.answer);
}

TEST_CASE(
    "an engine that cannot go on answers everybody: not taken what only asked, unknown what was let in") {
  World world;
  Asker asking, waiting, looking, listing, cancelling, stocking;
  tape::Record& spilled = world.acked_order(4);
  world.step(spilled, saga::EventKind::ShippingConfirmed, saga::State::shipped);
  const tape::OwnedRecord twin = world.spill(spilled);
  world.place(make_order(1), asking);
  world.place(make_order(2), waiting, world.clock.now() + 5s, false);
  world.desk.show(order_id(3), world.deadlines(), looking);
  world.desk.list({.limit = 10, .bytes = 1 << 20}, world.deadlines(), listing);
  world.desk.request(order_id(2), tape::OrderRequest::cancel, {}, world.deadlines(), cancelling);
  world.desk.set_stock("sku", {.amount = 3}, {}, world.deadlines(), stocking);
  world.desk.give_up();
  CHECK(asking.has(Outcome::not_taken));
  CHECK(asking.cause == desk::cause::gone);
  CHECK(waiting.has(Outcome::unknown));
  CHECK(looking.has(Outcome::unavailable));
  CHECK(listing.has(Outcome::unavailable));
  CHECK(cancelling.has(Outcome::unknown));
  CHECK(stocking.has(Outcome::unknown));
  CHECK(world.store.asked.empty());
}
