#include "edge/redis/start.h"

#include "tests/catch.h"
#include "tests/unit/redis/server.h"

using namespace std::chrono_literals;
using redis::Start;
using Fenced = Start::Fenced;
using Checkpoint = engine::Store::Checkpoint;

TEST_CASE("an empty Redis stands before the log's beginning") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->checkpoint == Checkpoint{-1, -1, 0});
  REQUIRE(loaded->fence == -1);
  REQUIRE(loaded->live == 0);
  REQUIRE(loaded->stock.empty());
  REQUIRE(loaded->warning.empty());
}

TEST_CASE("the fence and the checkpoint move in one step, and only from where the caller saw them") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  REQUIRE(start.set_fence({7, "a", "log", {3, 2, 1}, {7, 7, 0}}) == Fenced::elsewhere);
  REQUIRE(start.set_fence({7, "a", "log", {}, {7, 7, 0}}) == Fenced::set);
  REQUIRE(start.set_fence({7, "a", "log", {}, {7, 7, 0}}) == Fenced::set);  // told again: it is there
  REQUIRE(start.set_fence({6, "b", "log", {7, 7, 0}, {7, 7, 0}}) == Fenced::newer);
  REQUIRE(start.set_fence({7, "b", "log", {}, {7, 7, 0}}) == Fenced::newer);
  REQUIRE(start.set_fence({9, "b", "log", {7, 7, 0}, {7, 7, 0}}) == Fenced::set);  // the checkpoint stays

  server.ask({"SADD", "saga:0:live", "x", "y"});
  server.ask({"HSET", "saga:0:stock", "mouse", "3", "keyboard", "-1"});
  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->checkpoint == Checkpoint{7, 7, 0});
  REQUIRE(loaded->fence == 9);
  REQUIRE(loaded->engine == "b");
  REQUIRE(loaded->fingerprint == "log");
  REQUIRE(loaded->live == 2);
  REQUIRE(loaded->stock == std::vector<std::pair<std::string, std::int64_t>>{{"keyboard", -1}, {"mouse", 3}});
}

TEST_CASE("a large stock is loaded whole, each sku once") {
  tests::RedisServer server;
  server.ask(
      {"EVAL", "for i = 1, 50000 do redis.call('HSET', KEYS[1], 'sku-' .. i, i) end", "1", "saga:0:stock"});
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->stock.size() == 50'000);
}

TEST_CASE("an eviction policy that may forget orders is warned about") {
  tests::RedisServer server(false, {"--maxmemory-policy", "allkeys-lru"});
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->warning.find("allkeys-lru") != std::string::npos);
}

TEST_CASE("a Redis that is not there, or not for us, is an error that names the URL without its password") {
  tests::RedisServer server(false, {"--requirepass", "other"});
  redis::Url url = server.url();
  url.password = "hidden";
  Start start;
  SECTION("wrong password") {
    REQUIRE_FALSE(start.connect(url, 1h));  // does not wait for it to become right
    REQUIRE(start.error().find("WRONGPASS") != std::string::npos);
  }
  SECTION("nobody there") {
    server.kill();
    REQUIRE_FALSE(start.connect(url, 200ms));
  }
  CAPTURE(start.error());
  REQUIRE(start.error().find(url.shown()) != std::string::npos);
  REQUIRE(start.error().find("hidden") == std::string::npos);
}

TEST_CASE("a Redis that still loads its data is waited for") {
  tests::RedisServer server(true, {"--key-load-delay", "200", "--loading-process-events-interval-bytes",
                                   "1024", "--aof-use-rdb-preamble", "no"});
  server.ask({"EVAL", "for i = 1, 2000 do redis.call('SET', 'k' .. i, string.rep('x', 100)) end", "0"});
  server.ask({"HSET", "saga:0:checkpoint", "offset", "5", "epoch", "4", "seq", "1"});
  server.kill();
  server.start(false);
  Start start;
  REQUIRE(start.connect(server.url(), 30s));
  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->checkpoint == Checkpoint{5, 4, 1});
}
