// Orders that come while as many are under way as may be: they wait in line.
#include <deque>

#include "engine/limits.h"
#include "tests/unit/desk/world.h"

using namespace tests;

namespace {

struct FullWorld : World {
  FullWorld() {
    for (unsigned i = 1; i <= 4; ++i) acked_order(i);
  }
  /// One of those four is done, and stored.
  void end(unsigned number) {
    tape::Record& record = *orders.find_live(order_id(number));
    step(record, saga::EventKind::NotificationSent, saga::State::completed);
    finish(record);
    turn();
  }
  void place_new(unsigned number, Asker& by) { place(make_order(number), by, std::nullopt, false); }
  /// The next that was let in is acked.
  void next_is(unsigned number) {
    tape::Record* const record = arrival();
    REQUIRE(record != nullptr);
    CHECK(record->order.id == order_id(number));
    placed(*record);
  }
};

}  // namespace

TEST_CASE("an order for which there is no room waits in line until there is some, the first first") {
  FullWorld world;
  Asker first, second;
  world.place_new(5, first);
  world.place(make_order(6), second);
  CHECK(first.waiting());
  CHECK(first.held > 0);
  CHECK(second.waiting());
  CHECK(world.store.asked.empty());  // not before it is at the head
  CHECK(world.arrival() == nullptr);

  world.end(1);
  world.next_is(5);
  CHECK(first.has(Outcome::accepted));
  CHECK(second.waiting());

  world.end(2);
  CHECK(world.arrival() == nullptr);
  world.store.answer();
  world.turn();
  world.next_is(6);
  CHECK(second.has(Outcome::accepted));
  CHECK(world.orders.counts().live == 4);
}

TEST_CASE("who has waited in line for as long as may be is not taken, and those behind it go on") {
  FullWorld world;
  Asker early, late;
  world.place_new(5, early);
  world.advance(600ms);
  world.place_new(6, late);
  world.advance(600ms);
  CHECK(early.has(Outcome::not_taken));
  CHECK(early.cause == "as many orders are under way as may be");
  CHECK(late.waiting());
  world.end(1);
  world.next_is(6);
  CHECK(late.has(Outcome::accepted));
}

TEST_CASE("a client that goes leaves the line") {
  FullWorld world;
  Asker first, second;
  {
    Asker gone;
    world.place_new(5, first);
    world.place_new(6, gone);
    world.place_new(7, second);
  }
  world.end(1);
  world.next_is(5);
  world.end(2);
  world.next_is(7);
  CHECK(second.has(Outcome::accepted));
}

TEST_CASE("an order that stands in line twice is placed once") {
  FullWorld world;
  Asker first, again, other;
  OrderDraft another = make_order(5);
  another.order.body_hash.fill(99);
  world.place(make_order(5), first);
  world.place(make_order(5), again);
  world.place(another, other);
  world.end(1);
  CHECK(world.store.asked.size() == 1);  // the others would not fit if the store did not know the first
  world.store.answer();
  world.turn();
  world.next_is(5);
  CHECK(again.waiting());
  world.end(2);
  CHECK(world.arrival() == nullptr);
  CHECK(first.has(Outcome::accepted));
  CHECK(again.has(Outcome::accepted));
  CHECK(again.answer->replayed);
  CHECK(other.has(Outcome::other_body));
}

TEST_CASE("what is known is answered past the line") {
  FullWorld world;
  Asker waits, known;
  world.place_new(5, waits);
  world.place(make_order(1), known);
  CHECK(known.has(Outcome::accepted));
  CHECK(known.answer->replayed);
  CHECK(waits.waiting());
}

TEST_CASE("while more is unacked than usual, orders wait in line though there is room") {
  World world({.tape = 2 * engine::limits::unacked_events_usual});
  REQUIRE(world.tape.room().take(engine::limits::unacked_events_usual + 1) > 0);
  Asker shop;
  world.place(make_order(1), shop, std::nullopt, false);
  CHECK(shop.waiting());
  CHECK(world.arrival() == nullptr);
  world.tape.room().give(1);
  world.turn();
  CHECK(world.arrival() != nullptr);
}

TEST_CASE("a line has an end: who comes then is not taken at once") {
  FullWorld world;
  std::deque<Asker> line(engine::limits::orders_in_line);
  unsigned number = 10;
  for (Asker& asker : line) world.place_new(number++, asker);
  CHECK(world.desk.line_is_full());
  Asker late;
  world.place_new(number, late);
  CHECK(late.has(Outcome::not_taken));
  CHECK(line.front().waiting());
  CHECK(line.back().waiting());
}

TEST_CASE("an engine that goes answers those in line: they are not taken") {
  FullWorld world;
  Asker shop;
  world.place_new(5, shop);
  SECTION("at once") {
    world.desk.give_up();
    CHECK(shop.has(Outcome::not_taken));
    CHECK(shop.cause == desk::cause::gone);
  }
  SECTION("when it takes nothing new") {
    world.orders.close_intake();
    world.turn();
    CHECK(shop.has(Outcome::not_taken));
    CHECK(shop.cause == desk::cause::closed);
  }
}
