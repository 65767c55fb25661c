// The mail server goes away for long and comes back: orders go on, far more of them than may be live, and
// each is mailed in the end.
#include "engine/codec/document.h"
#include "tests/catch.h"
#include "tests/sim/world.h"
#include "tests/world/make_order.h"

using tape::MailOutcome;

namespace {

constexpr unsigned order_count = 200;
constexpr std::size_t live = 8;

void turn(sim::World& world, MailOutcome outcome) {
  sim::Engine& engine = world.engine();
  world.run_engine_only();
  engine.log.acknowledge(world.random.between(1, 20));
  engine.redis.answer();
  engine.mails().answer(outcome);
  world.clock.advance(std::chrono::milliseconds{1} * world.random.below(50));
}

}  // namespace

TEST_CASE("without a mail server all orders ship and leave memory; with it back each gets one mail") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    sim::World world(seed, {.live = live});
    sim::Engine& engine = world.engine();
    const std::size_t under_way = world.settings.mails_under_way;
    const MailOutcome bad = seed % 2 == 0 ? MailOutcome::away : MailOutcome::transient;
    unsigned placed = 0;
    const auto shipped = [&] { return world.books.log.seen["ShippingConfirmed"]; };
    for (int turns = 0; shipped() < order_count || engine.mail_backlog.size() + under_way < order_count;
         ++turns) {
      REQUIRE(turns < 100'000);
      if (placed < order_count && world.place(tests::make_order(placed + 1).order) != nullptr) ++placed;
      turn(world, bad);
      REQUIRE(engine.mails().waiting.size() <= under_way);
    }
    REQUIRE(engine.orders.counts().live <= live);
    REQUIRE(world.books.log.seen.count("NotificationSent") == 0);                  // nobody has ended
    if (bad == MailOutcome::away) REQUIRE(engine.mails().answered < order_count);  // one at a time tries

    world.come_to_rest();
    REQUIRE(world.books.log.seen.at("NotificationSent") == order_count);
    REQUIRE(world.mailbox.mails.size() == order_count);
    REQUIRE(world.redis.live.empty());
    for (const auto& [id, document] : world.redis.orders)
      REQUIRE(codec::status(document) == saga::State::completed);
    REQUIRE(engine.tape.room().free() == engine.tape.room().capacity());
  }
}
