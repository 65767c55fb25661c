#include <algorithm>
#include <map>
#include <new>

#include "engine/codec/document.h"
#include "tests/catch.h"
#include "tests/sim/world.h"
#include "tests/world/make_order.h"

using saga::EventKind;
using sim::World;

namespace {

/// What an order's waiters were told, and that nothing came before its ack.
struct Ledger final : tape::Waiter {
  void acked(const tape::Record& record, const tape::Event& event) override {
    told.push_back(event.kind);
    last_offset = record.last_step().offset;
  }
  std::vector<EventKind> told;
  tape::Offset last_offset = -1;
};

const std::vector<EventKind> path{EventKind::OrderPlaced, EventKind::PaymentConfirmed,
                                  EventKind::InventoryUpdated, EventKind::ShippingConfirmed,
                                  EventKind::NotificationSent};

std::string type_in(const std::string& event) {
  const std::size_t at = event.find(R"("type":")") + 8;
  return event.substr(at, event.find('"', at) - at);
}

}  // namespace

TEST_CASE("the engine thinks ahead of Kafka but tells nobody: four events on the tape, no answer, no mail") {
  World world(1, {.live = 16});
  tape::Record* const record = world.place(tests::make_order(1).order);
  Ledger ledger;
  record->attach(ledger);
  world.run_engine_only();
  REQUIRE(world.engine().log.produced() == 4);
  REQUIRE(ledger.told.empty());
  REQUIRE(record->status == saga::State::none);
  REQUIRE(world.engine().mails().waiting.empty());
  REQUIRE(world.redis.orders.empty());

  world.engine().log.acknowledge(1);
  world.run_engine_only();
  REQUIRE(ledger.told == std::vector{EventKind::OrderPlaced});
  REQUIRE(world.engine().mails().waiting.empty());  // ShippingConfirmed is not acked

  world.engine().log.acknowledge(3);
  world.run_engine_only();
  REQUIRE(ledger.told.size() == 4);
  REQUIRE(ledger.last_offset == World::epoch + 4);
  REQUIRE(world.engine().mails().waiting.size() == 1);
  record->detach(ledger);
}

TEST_CASE(
    "every order completes on any schedule: its five events in order on the log, one mail, one document") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    World world(seed, {.live = 32});
    world.clients.set_stock("sku-0", {100'000});
    world.come_to_rest();
    constexpr unsigned order_count = 120;
    unsigned placed = 0;
    while (placed < order_count || world.unfinished()) {
      if (placed < order_count && world.random() % 20 == 0 &&
          world.place(tests::make_order(placed + 1, 1 + placed % 3).order) != nullptr) {
        ++placed;
      }
      world.step();
      REQUIRE(world.engine().tape.stored.read() <= world.engine().tape.released.read());
      REQUIRE(world.engine().tape.released.read() <= world.engine().tape.acked.read());
      REQUIRE(world.engine().tape.acked.read() <= world.engine().tape.produced.read());
    }
    // The opening, StockSet, and five events an order.
    REQUIRE(world.partition.end() == World::epoch + 2 + 5 * static_cast<tape::Offset>(order_count));
    std::map<std::string, std::vector<std::string>> chains;
    for (tape::Offset at = World::epoch + 2; at < world.partition.end(); ++at) {
      chains[world.partition.at(at).key].push_back(type_in(world.partition.at(at).value));
    }
    REQUIRE(chains.size() == order_count);
    for (const auto& [key, types] : chains) {
      REQUIRE(types.size() == path.size());
      for (std::size_t i = 0; i < path.size(); ++i) REQUIRE(types[i] == saga::name(path[i]));
    }
    REQUIRE(world.engine().mails().waiting.empty());
    REQUIRE(world.redis.orders.size() == order_count);
    REQUIRE(world.redis.recent.size() == order_count);
    REQUIRE(world.redis.live.empty());
    REQUIRE(world.redis.checkpoint ==
            tape::Place{World::epoch + 1 + 5 * order_count, World::epoch, 1 + 5 * order_count});
    for (const auto& [id, document] : world.redis.orders) {
      REQUIRE(codec::status(document) == saga::State::completed);
    }
    REQUIRE(world.redis.stock ==
            std::map<std::string, std::int64_t>{{"sku-0", 100'000 - static_cast<int>(order_count)}});
    REQUIRE(world.engine().tape.room().free() == world.engine().tape.room().capacity());
    REQUIRE(world.engine().log.read_backs() == 0);
  }
}

TEST_CASE(
    "a stalled Kafka fills the tape up to the part kept for orders under way, and then intake says no") {
  World world(5, {.live = 1000});
  unsigned placed = 0;
  while (world.place(tests::make_order(placed + 1).order) != nullptr) {
    ++placed;
    world.run_engine_only();
    REQUIRE(placed < 1000);
  }
  REQUIRE(world.engine().orders.admit(tests::make_order(5000).order).refusal ==
          orders::Orders::Refusal::no_room);
  REQUIRE(world.engine().tape.room().free() > 0);
  // What was taken is finished when Kafka is back.
  for (int i = 0; i < 200'000 && world.unfinished(); ++i) world.step();
  REQUIRE(world.engine().orders.counts().live == 0);
  REQUIRE(world.redis.recent.size() == placed);
}

TEST_CASE("a mail that can never go ends its order with NotificationFailed, one that may is tried again") {
  World world(9, {.live = 4});
  tape::Record* const refused = world.place(tests::make_order(1).order);
  world.run_engine_only();
  world.engine().log.acknowledge(4);
  world.run_engine_only();
  const saga::OrderId id = refused->order.id;

  world.engine().mails().answer(tape::MailOutcome::transient);
  world.run_engine_only();
  REQUIRE(world.engine().mails().waiting.empty());
  world.clock.advance(
      std::chrono::milliseconds{490});  // the backoff less its jitter: half to all of a second
  world.run_engine_only();
  REQUIRE(world.engine().mails().waiting.empty());
  world.clock.advance(std::chrono::milliseconds{520});
  world.run_engine_only();
  REQUIRE(world.engine().mails().waiting.size() == 1);
  REQUIRE(world.engine().mails().waiting[0].at == refused->last_at);  // the event's time, not the attempt's

  world.engine().mails().answer(tape::MailOutcome::refused);
  world.run_engine_only();
  world.engine().log.acknowledge(1);
  for (int i = 0; i < 5; ++i) {
    world.run_engine_only();
    world.engine().redis.answer();
  }
  const orders::Finished* const finished = world.engine().orders.find_finished(id);
  REQUIRE(finished != nullptr);
  REQUIRE(finished->document.find(R"("reason":"mail_refused")") != std::string::npos);
}
