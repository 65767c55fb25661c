#include <chrono>
#include <map>

#include "tests/catch.h"
#include "tests/sim/allocations.h"
#include "tests/sim/world.h"
#include "tests/world/make_order.h"

namespace {

/// Runs `count` orders to their end; what each agent allocated meanwhile.
std::map<std::string_view, std::uint64_t> run_orders(sim::World& world, unsigned first, unsigned count) {
  std::map<std::string_view, std::uint64_t> by_agent;
  unsigned placed = 0;
  while (placed < count || world.unfinished()) {
    if (placed < count) {
      const tests::OrderDraft draft = tests::make_order(first + placed);
      const std::uint64_t before = sim::allocations();
      if (world.place(draft.order) != nullptr) {
        ++placed;
        by_agent["admission"] += sim::allocations() - before;
      }
    }
    for (runtime::Agent* agent : world.engine().agents) {
      const std::uint64_t before = sim::allocations();
      agent->do_work(world.clock.now());
      const std::uint64_t after = sim::allocations();
      by_agent[agent->name()] += after - before;
    }
    world.clock.advance(std::chrono::milliseconds{1});  // the store gathers for a while
    world.engine().log.acknowledge(1000);
    world.engine().redis.answer();
    world.engine().mails().answer(tape::MailOutcome::sent);
  }
  return by_agent;
}

}  // namespace

TEST_CASE(
    "after start nothing is allocated per event: one allocation for an order's record, few for its "
    "document") {
  sim::World world(3, {.live = 64});
  run_orders(world, 1, 500);  // buffers find their size
  constexpr unsigned order_count = 2000;
  auto by_agent = run_orders(world, 1000, order_count);
  REQUIRE(by_agent["admission"] == order_count);
  for (const char* agent :
       {"order", "payment", "inventory", "shipping", "notification", "journal", "release"}) {
    CAPTURE(agent);
    REQUIRE(by_agent.count(agent) == 1);
    REQUIRE(by_agent[agent] == 0);
  }
  // The finished order's document, when its steps were acknowledged, and the list it joins.
  REQUIRE(by_agent["store"] <= 3 * order_count);
}
