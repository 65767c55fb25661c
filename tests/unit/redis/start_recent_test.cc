#include <string>
#include <vector>

#include "edge/redis/start.h"
#include "tests/catch.h"
#include "tests/make_order.h"
#include "tests/unit/redis/server.h"

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
