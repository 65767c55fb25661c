#include "engine/store/store_agent.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <optional>

#include "engine/codec/document.h"
#include "tests/catch.h"
#include "tests/unit/store/held_store.h"

using engine::Store;
using store::StoreAgent;
using tests::HeldStore;
using tests::Pipeline;
using World = tests::StoreWorld;
using LiveSet = Store::LiveSet;

namespace {

std::atomic<std::uint64_t> allocations{0};

std::string status(const std::string& document) {
  return std::string(saga::name(codec::status(document).value_or(saga::State::none)));
}

std::size_t steps(const std::string& document) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = document.find("\"offset\":", at)) != std::string::npos; ++at) ++count;
  return count;
}

}  // namespace

// The whole set, so that a sanitizer's own operators have no part in it. Not inlined: GCC 12 would see the
// free() without its malloc(), and warn.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(bytes)) return memory;
  std::abort();
}
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return operator new(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return operator new(bytes); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { operator delete(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { operator delete(memory); }

TEST_CASE("nothing is written before it is released, and stored follows what was applied") {
  World world;
  tape::Record* const record = world.pipeline.place(1);
  world.turn();
  REQUIRE(world.store.batches == 0);
  world.pipeline.ack();
  world.turn();
  REQUIRE(world.store.batches == 1);
  REQUIRE(world.store.follows == Store::Checkpoint{100, 100, 0});
  REQUIRE(world.store.reaches == Store::Checkpoint{101, 100, 1});
  REQUIRE(world.pipeline.tape.stored.read() == 0);
  const std::size_t room = world.pipeline.tape.room().free();
  world.applied();
  REQUIRE(world.pipeline.tape.stored.read() == 1);
  REQUIRE(world.pipeline.tape.room().free() == room + 1);
  REQUIRE(world.pipeline.orders.find_live(record->order.id) == record);
}

TEST_CASE("what comes while a batch is in flight becomes one batch, an order in it one write") {
  World world;
  tape::Record* const first = world.pipeline.place(1);
  world.pipeline.ack();
  world.turn();
  for (int step = 0; step < 3; ++step) {
    world.pipeline.append(*first);
    tape::Record* const other = world.pipeline.place(10 + static_cast<unsigned>(step));
    while (other->step < 5) world.pipeline.append(*other);
    world.pipeline.ack();
    world.turn();
  }
  REQUIRE(world.store.batches == 1);
  world.applied();
  REQUIRE(world.store.batches == 2);
  REQUIRE(world.store.follows.seq == 1);
  REQUIRE(world.store.reaches.seq == world.pipeline.log.size());
  REQUIRE(world.store.writes.size() == 4);
  REQUIRE(world.store.writes[0].id == tests::order_id(1));
  REQUIRE(status(world.store.writes[0].document) == "shipped");
  REQUIRE(world.store.writes[0].live == LiveSet::leave);
  for (std::size_t i = 1; i < 4; ++i) {
    REQUIRE(world.store.writes[i].finished);
    REQUIRE(world.store.writes[i].live == LiveSet::leave);  // begun and ended in one batch: never listed
    REQUIRE(steps(world.store.writes[i].document) == 5);
  }
  world.pipeline.append(*first);
  world.pipeline.ack();
  world.applied();
  REQUIRE(world.store.writes.size() == 1);
  REQUIRE(world.store.writes[0].live == LiveSet::remove);
  const std::string document = world.store.writes[0].document;
  REQUIRE(world.pipeline.orders.find_finished(tests::order_id(1)) == nullptr);
  world.applied();
  REQUIRE(world.pipeline.orders.find_live(tests::order_id(1)) == nullptr);
  REQUIRE(world.pipeline.orders.find_finished(tests::order_id(1))->document == document);
  REQUIRE(world.pipeline.orders.counts().live == 0);
  REQUIRE(world.pipeline.tape.room().free() == world.pipeline.tape.room().capacity());
}

TEST_CASE(
    "a document shows the order as of its batch's checkpoint, though the record has been acked further") {
  World world;
  constexpr unsigned count = engine::limits::store_batch_events - 2;
  std::vector<tape::Record*> records;
  for (unsigned n = 0; n < count; ++n) records.push_back(world.pipeline.place(n));
  for (tape::Record* record : records) {
    while (record->step < 5) world.pipeline.append(*record);
  }
  world.pipeline.ack();
  world.turn();
  REQUIRE(world.store.reaches.seq == engine::limits::store_batch_events);
  REQUIRE(world.store.writes.size() == count);
  REQUIRE(status(world.store.writes[0].document) == "reserved");
  REQUIRE(steps(world.store.writes[0].document) == 3);
  REQUIRE(world.store.writes[0].live == LiveSet::add);
  REQUIRE_FALSE(world.store.writes[0].finished);
  REQUIRE(status(world.store.writes[1].document) == "placed");
  REQUIRE(steps(world.store.writes[1].document) == 1);

  std::uint64_t seq = world.store.reaches.seq;
  while (world.store.busy) {
    world.applied();
    if (!world.store.busy) break;
    REQUIRE(world.store.follows.seq == seq);
    seq = world.store.reaches.seq;
    std::map<saga::OrderId, std::uint32_t> expected;
    for (std::size_t i = 0; i < seq; ++i) expected[world.pipeline.log[i].order] = world.pipeline.log[i].step;
    for (const HeldStore::Write& write : world.store.writes) {
      if (steps(write.document) != expected[write.id]) FAIL("a document ahead of or behind its checkpoint");
    }
  }
  REQUIRE(world.pipeline.orders.counts().live == 0);
}

TEST_CASE("of each tracked sku the last value wins, however many share a batch") {
  World world;
  constexpr unsigned orders = 100, lines = 60;
  for (unsigned n = 0; n < orders; ++n) {
    tape::Record* const record = world.pipeline.place(n, lines);
    while (record->step < 3) world.pipeline.append(*record);
  }
  world.pipeline.ack();
  world.turn();
  REQUIRE(world.store.stock == [&] {
    std::map<std::string, std::int64_t> tracked;
    for (const auto& line : world.pipeline.log) {
      for (const auto& [sku, left] : line.left) tracked[sku] = left;
    }
    return tracked;
  }());
  REQUIRE(world.store.stock.count("sku-3") == 0);
  REQUIRE(world.store.stock.size() == lines - 1);
}

TEST_CASE("a batch is bounded by the size of what it writes") {
  World world;
  std::size_t bytes = 0;
  for (unsigned n = 0; bytes < 3 * engine::limits::store_batch_bytes; ++n)
    bytes += world.pipeline.place(n, 100)->bytes;
  world.pipeline.ack();
  world.turn();
  const std::size_t written = world.store.writes.size();
  REQUIRE(written > 0);
  REQUIRE(written < world.pipeline.log.size() / 2);
  while (world.store.busy) world.applied();
  REQUIRE(world.pipeline.tape.stored.read() == world.pipeline.log.size());
}

TEST_CASE("fenced off, or Redis elsewhere: the store stops for good and says why") {
  World world;
  const auto outcome = GENERATE(Store::Applied::fenced, Store::Applied::elsewhere);
  world.pipeline.place(1);
  world.pipeline.ack();
  world.turn();
  REQUIRE(world.agent.stop() == StoreAgent::Stop::no);
  world.store.answer = outcome;
  world.pipeline.place(2);
  world.pipeline.ack();
  world.turn();
  world.turn();
  REQUIRE(world.store.batches == 1);
  REQUIRE(world.pipeline.tape.stored.read() == 0);
  REQUIRE(world.agent.stop() ==
          (outcome == Store::Applied::fenced ? StoreAgent::Stop::fenced : StoreAgent::Stop::elsewhere));
  REQUIRE_FALSE(StoreAgent::text(world.agent.stop()).empty());
}

TEST_CASE("following the tape allocates nothing once its two batches have grown") {
  World world;
  world.store.keep = false;
  for (unsigned round = 0; round < 5; ++round) {
    std::vector<tape::Record*> records;
    for (unsigned n = 0; n < 500; ++n) records.push_back(world.pipeline.place(1000 * round + n, 3));
    for (int step = 1; step < 4; ++step) {
      for (tape::Record* record : records) world.pipeline.append(*record);
    }
    world.pipeline.ack();
    const std::uint64_t before = allocations.load();
    world.turn();
    world.applied();
    const std::uint64_t spent = allocations.load() - before;
    if (round >= 2) REQUIRE(spent == 0);
  }
  REQUIRE(world.pipeline.tape.stored.read() == 5 * 2000);
}
