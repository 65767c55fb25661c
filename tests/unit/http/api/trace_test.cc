// The trace that an order is placed in.
#include "engine/saga/trace.h"

#include "tests/unit/http/api/world.h"

using namespace tests;

namespace {

const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string placed_with(World& world, const std::string& headers) {
  Client client{world.server.port()};
  client.send(post(keyboard, headers));
  world.settle(client);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.settle(client);
  REQUIRE(take_reply(client.in).status == 202);
  return std::string{record->order.traceparent};
}

}  // namespace

TEST_CASE("a POST's traceparent is the order's") {
  World world;
  CHECK(placed_with(world, "traceparent: " + trace + "\r\n") == trace);
  CHECK(placed_with(world, "TraceParent:\t" + trace + " \r\n") == trace);
  const std::string unsampled = trace.substr(0, 53) + "00";
  CHECK(placed_with(world, "traceparent: " + unsampled + "\r\n") == unsampled);
  CHECK(placed_with(world, "traceparent: cc" + trace.substr(2) + "-later\r\n") == trace);
  CHECK(placed_with(world, "").empty());  // and the next order is not part of it
}

TEST_CASE("a traceparent that is not valid, or comes twice, is ignored") {
  World world;
  CHECK(placed_with(world, "traceparent:\r\n").empty());
  CHECK(placed_with(world, "traceparent: ff" + trace.substr(2) + "\r\n").empty());
  CHECK(placed_with(world, "traceparent: " + trace + "-more\r\n").empty());
  CHECK(placed_with(world, "traceparent: " + trace + "\r\ntraceparent: " + trace + "\r\n").empty());
  CHECK(placed_with(world, "traceparent:\r\ntraceparent: " + trace + "\r\n").empty());
}

TEST_CASE("a share of those that come without one begin a trace, and one that came is not drawn for") {
  http::Settings settings;
  settings.traced = 1;
  World world{settings};
  Client client{world.server.port()};
  client.send(post(keyboard, "traceparent: nonsense\r\n"));
  world.settle(client);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  const auto begun = saga::Trace::parse(record->order.traceparent);
  REQUIRE(begun);
  CHECK(begun->id == record->order.id.bytes);
  CHECK(begun->span == saga::span_of(record->order.id));
  CHECK(begun->sampled());
  const std::string unsampled = trace.substr(0, 53) + "00";
  CHECK(placed_with(world, "traceparent: " + unsampled + "\r\n") == unsampled);
}
