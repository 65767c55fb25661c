// The mail server goes away for long and comes back: orders go on, far more of them than may be live, and
// each is mailed in the end.
#include <map>
#include <string>

#include "engine/orders/document.h"
#include "tests/catch.h"
#include "tests/make_order.h"
#include "tests/sim/world.h"

using tape::MailOutcome;

namespace {

constexpr unsigned order_count = 200;
constexpr std::size_t live = 8;

void turn(sim::World& world, MailOutcome outcome) {
  world.run_engine_only();
  world.log.acknowledge(1 + world.random() % 20, world.random);
  world.store.answer();
  world.mailer.answer(outcome);
  world.clock.advance(std::chrono::milliseconds{world.random() % 50});
}

std::string type_in(const std::string& event) {
  const std::size_t at = event.find(R"("type":")") + 8;
  return event.substr(at, event.find('"', at) - at);
}

}  // namespace

TEST_CASE("without a mail server all orders ship and leave memory; with it back each gets one mail") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    sim::World world(seed, live);
    const MailOutcome bad = seed % 2 == 0 ? MailOutcome::away : MailOutcome::transient;
    unsigned placed = 0;
    for (int turns = 0;
         placed < order_count || world.mail_backlog.size() + sim::World::mails.under_way < order_count;
         ++turns) {
      REQUIRE(turns < 100'000);
      if (placed < order_count && world.place(tests::make_order(placed + 1).order) != nullptr) ++placed;
      turn(world, bad);
      REQUIRE(world.mailer.waiting.size() <= sim::World::mails.under_way);
    }
    REQUIRE(world.orders.counts().live <= live);
    REQUIRE(world.log.records.size() == 4U * order_count);                       // nobody has ended
    if (bad == MailOutcome::away) REQUIRE(world.mailer.answered < order_count);  // one at a time tries

    for (int turns = 0; world.unfinished(); ++turns) {
      REQUIRE(turns < 100'000);
      turn(world, MailOutcome::sent);
    }
    std::map<std::string, int> sent;
    for (const auto& record : world.log.records)
      if (type_in(record.value) == "NotificationSent") ++sent[record.key];
    REQUIRE(sent.size() == order_count);
    REQUIRE(world.log.records.size() == 5U * order_count);
    REQUIRE(world.store.live.empty());
    for (const auto& [id, document] : world.store.orders)
      REQUIRE(orders::status(document) == saga::State::completed);
    REQUIRE(world.tape.room().free() == world.tape.room().capacity());
  }
}
