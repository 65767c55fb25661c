// A second POST of an order that only waits for its mail, and so has no record: with Prefer: wait it waits
// too.
#include <memory>

#include "tests/unit/http/api/world.h"

using namespace tests;

namespace {

const std::string again = "Idempotency-Key: k\r\nPrefer: wait=5\r\n";

struct Destroy {
  void operator()(tape::Record* record) const { tape::Record::destroy(record); }
};

/// Placed under the key k, shipped and spilled; `twin` is the record that would be made of its document.
struct SetAside : World {
  SetAside() {
    client.send(post(keyboard, "Idempotency-Key: k\r\n"));
    settle(client);
    store.answer();
    settle(client);
    tape::Record* const record = arrival();
    REQUIRE(record != nullptr);
    placed(*record);
    step(*record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
    settle(client);
    REQUIRE(take_reply(client.in).status == 202);
    codec::render_document(*record, store.documents[record->order.id]);
    twin.reset(tape::Record::create(record->order));
    twin->step = record->step;
    twin->state = twin->status = saga::State::shipped;
    for (std::uint32_t i = 1; i <= record->step_count; ++i) twin->add_step(record->steps().at(i));
    record->stored_step = record->step_count;
    orders.spill(*record);
    client.send(post(keyboard, again));
    settle(client);
    store.answer();
    settle(client);
    REQUIRE(client.in.empty());
  }
  tape::Record& adopt() {
    orders.adopt(twin.get());
    return *twin.release();
  }
  Reply answer() { return take_reply(client.in); }

  Client client{server.port()};
  std::unique_ptr<tape::Record, Destroy> twin;
};

}  // namespace

TEST_CASE("who waits for an order that is spilled gets its end once it is back and has ended") {
  SetAside world;
  tape::Record& record = world.adopt();
  SECTION("it is seen while it is back") {
    world.settle(world.client);
    CHECK(record.awaited());
    CHECK(world.client.in.empty());
    world.step(record, saga::EventKind::NotificationSent, saga::State::completed);
    world.settle(world.client);
  }
  SECTION("it has come and gone within a turn") {
    world.step(record, saga::EventKind::NotificationSent, saga::State::completed);
    world.turn();
    world.finish(record);
    world.settle(world.client);
  }
  const Reply reply = world.answer();
  CHECK(reply.status == 200);
  CHECK(reply.has(R"("status":"completed")"));
  CHECK(reply.header("Idempotent-Replayed") == "true");
  CHECK(reply.header("Preference-Applied") == "wait=5");
  CHECK(world.server.open_requests() == 0);
}

TEST_CASE("who waits for an order that stays spilled gets 202 with its status") {
  SetAside world;
  SECTION("when the time is up") {
    world.advance(4s);
    world.settle(world.client);
    CHECK(world.client.in.empty());
    world.advance(1s);
    world.settle(world.client);
  }
  SECTION("when the engine stops") {
    world.orders.close_intake();
    world.server.end_waits();
    world.settle(world.client);
  }
  SECTION("when the engine was replaced") {
    world.server.answer_unknown();
    world.settle(world.client);
  }
  const Reply reply = world.answer();
  CHECK(reply.status == 202);
  CHECK(reply.has(R"("status":"shipped")"));
  CHECK(reply.header("Idempotent-Replayed") == "true");
  CHECK(world.server.open_requests() == 0);
}

TEST_CASE("another body, or no preference to wait, is answered at once though the order is spilled") {
  SetAside world;
  Client other{world.server.port()};
  std::string dearer = keyboard;
  dearer.replace(dearer.find("49.99"), 5, "59.99");
  other.send(post(dearer, again) + post(keyboard, "Idempotency-Key: k\r\n"));
  world.settle(other);
  world.store.answer();
  world.settle(other);
  CHECK(take_reply(other.in).status == 422);
  CHECK(take_reply(other.in).status == 202);
}
