#include "tests/unit/store/held_store.h"

#include "tests/catch.h"

using engine::Duration;
using store::StoreAgent;
using World = tests::StoreWorld;

TEST_CASE("a batch gathers from its first event on, and an order that ends meanwhile is written once") {
  constexpr Duration gather = std::chrono::milliseconds{50};
  World world{gather};
  tape::Record* const record = world.pipeline.place(1);
  world.pipeline.ack();
  world.turn();
  REQUIRE(world.store.batches == 0);
  const engine::Time due = world.pipeline.clock.now() + gather;
  while (record->step < 5) world.pipeline.append(*record);
  world.pipeline.ack();
  world.turn();
  REQUIRE(world.store.batches == 0);
  REQUIRE(world.agent.next_deadline() == due);
  world.pipeline.clock.set(due);
  world.turn();
  REQUIRE(world.store.batches == 1);
  REQUIRE(world.store.reaches.seq == 5);
  REQUIRE(world.store.writes.size() == 1);
  REQUIRE(world.store.writes[0].finished);
  REQUIRE(world.agent.next_deadline() == engine::Time::never());
}

TEST_CASE(
    "a batch does not gather while the engine drains, nor what is much of what may be live or on the tape") {
  World draining{std::chrono::hours{1}};
  draining.pipeline.place(1);
  draining.pipeline.ack();
  draining.turn();
  REQUIRE(draining.store.batches == 0);
  draining.pipeline.orders.close_intake();
  draining.turn();
  REQUIRE(draining.store.batches == 1);

  World few{std::chrono::hours{1}, 8};
  few.pipeline.place(1);
  few.pipeline.ack();
  few.turn();
  REQUIRE(few.store.batches == 0);
  few.pipeline.place(2);
  few.pipeline.ack();
  few.turn();
  REQUIRE(few.store.batches == 1);

  World crowded{std::chrono::hours{1}};
  const std::size_t eighth = crowded.pipeline.tape.room().capacity() / 8;
  std::vector<tape::Record*> records;
  for (unsigned n = 0; n < eighth / 4; ++n) records.push_back(crowded.pipeline.place(n));
  for (tape::Record* record : records) {
    while (record->step < 4) crowded.pipeline.append(*record);
  }
  crowded.pipeline.ack();
  crowded.turn();
  REQUIRE(crowded.store.batches == 1);
}

TEST_CASE("a batch with many orders on their way gathers up to four times as long") {
  World world{std::chrono::milliseconds{50}};
  tape::Record* const record = world.pipeline.place(1);
  world.pipeline.ack();
  world.turn();
  const auto begin = world.pipeline.clock.now();
  REQUIRE(world.agent.next_deadline() == begin + std::chrono::milliseconds{200});
  world.pipeline.clock.set(begin + std::chrono::milliseconds{199});
  world.turn();
  REQUIRE(world.store.batches == 0);

  SECTION("until they have ended") {
    while (record->step < 5) world.pipeline.append(*record);
    world.pipeline.ack();
    world.turn();
    REQUIRE(world.store.batches == 1);
    REQUIRE(world.store.writes.at(0).finished);
  }
  SECTION("and not longer") {
    world.pipeline.clock.set(begin + std::chrono::milliseconds{200});
    world.turn();
    REQUIRE(world.store.batches == 1);
    REQUIRE_FALSE(world.store.writes.at(0).finished);
  }
}

TEST_CASE(
    "when a batch is applied, its orders leave memory some in a turn, and its events are stored when all "
    "have") {
  World world;
  constexpr std::size_t count = 600;
  for (unsigned n = 0; n < count; ++n) {
    tape::Record* const record = world.pipeline.place(n);
    while (record->step < 5) world.pipeline.append(*record);
  }
  world.pipeline.ack();
  world.turn();
  world.store.answer = engine::Store::Applied::applied;
  std::size_t live = count, turns = 0;
  for (; live > 0; ++turns) {
    REQUIRE(world.pipeline.tape.stored.read() == 0);
    REQUIRE(world.turn() > 0);
    const std::size_t left = world.pipeline.orders.counts().live;
    REQUIRE(left < live);
    live = left;
  }
  REQUIRE(turns > 1);
  REQUIRE(world.pipeline.tape.stored.read() == 5 * count);
}

TEST_CASE("full batches grow while Redis takes them quickly, and shrink when it does not") {
  World world;
  std::vector<tape::Record*> records;
  for (unsigned n = 0; n < 5000; ++n) records.push_back(world.pipeline.place(n));
  for (tape::Record* record : records) {
    while (record->step < 5) world.pipeline.append(*record);
  }
  world.pipeline.ack();
  world.turn();
  constexpr std::size_t usual = engine::limits::store_batch_events;
  REQUIRE(world.store.reaches.seq == usual);
  world.applied();
  REQUIRE(world.store.reaches.seq == usual + 2 * usual);
  world.pipeline.clock.advance(2 * StoreAgent::trip_max);
  world.applied();
  // What was gathered meanwhile is one batch; the next is smaller.
  REQUIRE(world.store.reaches.seq == usual + 2 * usual + 2 * usual);
  world.pipeline.clock.advance(2 * StoreAgent::trip_max);
  world.applied();
  REQUIRE(world.store.reaches.seq == usual + 2 * usual + 2 * usual + usual);
}
