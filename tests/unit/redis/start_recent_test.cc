#include <string>
#include <vector>

#include "edge/redis/start.h"
#include "tests/catch.h"
#include "tests/unit/redis/server.h"
#include "tests/world/make_order.h"

using namespace std::chrono_literals;
using redis::Start;
using Applied = engine::Store::Applied;

TEST_CASE("the orders that ended last are read with their documents, the newest first, while there is time") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  std::vector<std::string> found;
  const auto take = [&](std::string_view id, std::optional<std::string_view> document) {
    found.push_back(std::string{id} + std::string{document.value_or(" is gone")});
    return true;
  };
  REQUIRE(start.load_recent(10, 5s, take));
  REQUIRE(found.empty());
  std::vector<engine::Store::OrderWrite> orders;
  for (unsigned n = 1; n <= 1200; ++n)  // more than one answer brings
    orders.push_back({tests::order_id(n), "{}", engine::Store::LiveSet::leave, true});
  REQUIRE(start.write({.follows = {}, .reaches = {9, 7, 2}, .orders = orders, .stock = {}}, 1h) ==
          Applied::applied);
  server.ask({"DEL", "saga:order:" + tests::order_id(1200).str()});
  REQUIRE(start.load_recent(10'000, 5s, take));
  REQUIRE(found.size() == 1200);
  REQUIRE(found[0] == tests::order_id(1200).str() + " is gone");
  REQUIRE(found[1] == tests::order_id(1199).str() + "{}");
  found.clear();
  REQUIRE(start.load_recent(3, 5s, take));
  REQUIRE(found.size() == 3);
  REQUIRE(start.load_recent(0, 5s, take));
  REQUIRE(found.size() == 3);
  REQUIRE_FALSE(start.load_recent(10'000, 1ns, take));  // whatever came by then
  REQUIRE(start.connect(server.url(), 10s));
  server.ask({"DEL", "saga:0:recent"});
  server.ask({"SET", "saga:0:recent", "text"});
  found.clear();
  REQUIRE(start.load_recent(10, 5s, take));
  REQUIRE(found.empty());
}

TEST_CASE("a list of finished orders that is shorter than it was takes no batch, unless that is known") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  const engine::Store::OrderWrite one{tests::order_id(1), "{}", engine::Store::LiveSet::leave, true};
  const engine::Store::OrderWrite two{tests::order_id(2), "{}", engine::Store::LiveSet::leave, true};
  REQUIRE_FALSE(start.load()->recent_then);
  REQUIRE(start.write({.follows = {}, .reaches = {9, 7, 2}, .orders = {&one, 1}, .stock = {}}, 1h) ==
          Applied::applied);
  REQUIRE(start.load()->recent_then == 1);
  REQUIRE(start.load()->recent == 1);
  engine::Store::Batch batch{.follows = {9, 7, 2}, .reaches = {10, 7, 3}, .orders = {&two, 1}, .stock = {}};
  SECTION("lost") {
    server.ask({"DEL", "saga:0:recent"});
    REQUIRE(start.load()->recent_then == 1);
    REQUIRE(start.load()->recent == 0);
    REQUIRE(start.write(batch, 1h) == Applied::elsewhere);
    REQUIRE(server.ask({"EXISTS", "saga:0:recent"}) == "0");
    batch.recent_lost = true;
    REQUIRE(start.write(batch, 1h) == Applied::applied);
    REQUIRE(start.load()->recent_then == 1);
  }
  SECTION("of another type") {
    server.ask({"DEL", "saga:0:recent"});
    server.ask({"SET", "saga:0:recent", "text"});
    REQUIRE(start.load()->recent == 0);
    REQUIRE(start.write(batch, 1h) == Applied::elsewhere);
  }
  SECTION("not counted there") {
    server.ask({"HSET", "saga:0:checkpoint", "offset", "10"});  // by an engine that does not know it
    REQUIRE_FALSE(start.load()->recent_then);
    batch.follows = {10, 7, 2};
    batch.reaches = {11, 7, 3};
    server.ask({"DEL", "saga:0:recent"});
    REQUIRE(start.write(batch, 1h) == Applied::applied);
    REQUIRE(start.load()->recent_then == 1);
  }
}
