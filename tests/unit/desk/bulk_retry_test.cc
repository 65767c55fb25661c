#include "engine/desk/bulk_retry.h"

#include "tests/unit/desk/world.h"

using namespace tests;
using saga::EventKind;
using saga::Reason;
using saga::State;

namespace {

struct Bulk : World {
  Bulk() {
    for (unsigned number = 1; number <= 4; ++number) {
      tape::Record& record = acked_order(number);
      step(record, EventKind::OrderParked, State::parked_refunding);
      record.reason = number == 2 ? Reason::out_of_stock : Reason::shipping_failed;
      parked.push_back(&record);
    }
  }
  /// Of the parked orders, in their order, who has been asked to go on.
  std::string asked() const {
    std::string all;
    for (const tape::Record* record : parked) all += record->requested(tape::OrderRequest::retry) ? 'x' : '-';
    return all;
  }
  bool start(std::uint32_t rate, std::optional<Reason> reason = {}) {
    const bool started = desk.bulk_retry().start({.reason = reason, .rate = rate, .by = "ops"}, clock.now());
    turn();
    return started;
  }
  std::vector<tape::Record*> parked;
};

}  // namespace

TEST_CASE("parked orders are sent on oldest first, no more than the rate says") {
  Bulk world;
  REQUIRE(world.start(2));
  CHECK(world.asked() == "x---");
  CHECK(world.parked[0]->retry_by == "ops");
  world.advance(499ms);
  CHECK(world.asked() == "x---");
  world.advance(3ms);
  CHECK(world.asked() == "xx--");
  world.advance(10s);
  CHECK(world.asked() == "xxxx");
  const desk::BulkRetry::Progress ended = world.desk.bulk_retry().progress();
  CHECK_FALSE(ended.running);
  CHECK(ended.orders == 4);
  CHECK(ended.sent_on == 4);
}

TEST_CASE("only those with the reason are sent on, and none that has moved on meanwhile") {
  Bulk world;
  REQUIRE(world.start(1, Reason::shipping_failed));
  CHECK(world.desk.bulk_retry().progress().orders == 3);
  world.step(*world.parked[2], EventKind::PaymentRefunded, State::cancelling);
  world.advance(10s);
  CHECK(world.asked() == "x--x");
  CHECK(world.desk.bulk_retry().progress().sent_on == 2);
}

TEST_CASE("one runs at a time, and it can be ended") {
  Bulk world;
  REQUIRE(world.start(1));
  CHECK_FALSE(world.start(1));
  world.desk.bulk_retry().stop();
  world.advance(10s);
  CHECK(world.asked() == "x---");
  CHECK(world.start(1000));
  world.advance(10s);
  CHECK(world.asked() == "xxxx");
}
