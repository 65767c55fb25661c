#include "edge/redis/start.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>

#include "tests/catch.h"
#include "tests/unit/redis/server.h"
#include "tests/world/make_order.h"

using namespace std::chrono_literals;
using redis::Start;
using Fenced = Start::Fenced;
using Applied = engine::Store::Applied;
using Checkpoint = engine::Store::Checkpoint;

namespace {

/// The one that a cluster's servers talk on is the one thing it does not do without.
int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  socklen_t size = sizeof address;
  REQUIRE(bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(probe);
  return ntohs(address.sin_port);
}

}  // namespace

TEST_CASE("an empty Redis stands before the log's beginning") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->checkpoint == Checkpoint{-1, -1, 0});
  REQUIRE(loaded->fence == -1);
  REQUIRE(loaded->opening == "");
  REQUIRE(start.load_stock()->empty());
  REQUIRE(start.load_live([](std::string_view, std::optional<std::string_view>) { return false; }));
}

TEST_CASE("the fence keeps older engines out and leaves the checkpoint where one of them has moved it") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  REQUIRE(start.set_fence({7, "a"}) == Fenced::set);
  REQUIRE(start.set_fence({7, "a"}) == Fenced::set);  // told again: it is there
  REQUIRE(start.load()->checkpoint == Checkpoint{});
  REQUIRE(start.write({.follows = {},
                       .reaches = {7, 7, 0},
                       .orders = {},
                       .stock = {},
                       .opening = "opening-7",
                       .fingerprint = "log"},
                      1h) == Applied::applied);
  REQUIRE(start.set_fence({6, "b"}) == Fenced::newer);
  REQUIRE(start.set_fence({7, "b"}) == Fenced::newer);
  REQUIRE(start.load()->fingerprint == "log");
  REQUIRE(start.write({{7, 7, 0}, {8, 7, 1}, {}, {}, "opening-7"}, 1h) == Applied::applied);
  REQUIRE(start.set_fence({9, "b"}) == Fenced::set);
  REQUIRE(start.write({{8, 7, 1}, {9, 7, 2}, {}, {}, "opening-7"}, 1h) == Applied::fenced);

  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->checkpoint == Checkpoint{8, 7, 1});
  REQUIRE(loaded->opening == "opening-7");
  REQUIRE(loaded->fence == 9);
  REQUIRE(loaded->engine == "b");
  REQUIRE(loaded->fingerprint == "log");
  REQUIRE(start.set_fence({8, "c"}) == Fenced::newer);
  // What the newer engine folds reaches places of the older epoch.
  REQUIRE(start.write({{8, 7, 1}, {9, 7, 2}, {}, {}, "opening-7", 9}, 1h) == Applied::applied);
  REQUIRE(start.write({{8, 7, 1}, {9, 7, 2}, {}, {}, "opening-7", 9}, 1h) == Applied::applied);  // already
  REQUIRE(start.write({{8, 7, 1}, {9, 9, 0}, {}, {}, "opening-9", 9}, 1h) == Applied::elsewhere);
  REQUIRE(start.write({{9, 7, 2}, {9, 9, 0}, {}, {}, "opening-9", 9}, 1h) == Applied::applied);
  REQUIRE(start.load()->opening == "opening-9");
}

TEST_CASE("unfinished orders come with their documents, all of them, and a missing one is seen") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  std::vector<engine::Store::OrderWrite> orders;
  std::vector<std::string> documents;
  for (unsigned n = 0; n < 3000; ++n) documents.push_back("document " + std::to_string(n));
  for (unsigned n = 0; n < 3000; ++n)
    orders.push_back({tests::order_id(n), documents[n], engine::Store::LiveSet::add, false});
  REQUIRE(start.write({{}, {9, 9, 0}, orders, {}}, 1h) == Applied::applied);
  server.ask({"DEL", "saga:order:" + tests::order_id(2999).str()});
  std::map<std::string, std::string> found;
  REQUIRE(start.load_live([&](std::string_view id, std::optional<std::string_view> document) {
    found[std::string(id)] = document.value_or("nothing");
    return true;
  }));
  REQUIRE(found.size() == 3000);
  REQUIRE(found[tests::order_id(17).str()] == "document 17");
  REQUIRE(found[tests::order_id(2999).str()] == "nothing");
}

TEST_CASE("a batch of the start outlives a lost connection and a Redis that comes back without its scripts") {
  tests::RedisServer server(true);
  Start start;
  REQUIRE(start.connect(server.url(), 30s));
  REQUIRE(start.write({{}, {7, 7, 0}, {}, {}}, 1h) == Applied::applied);
  server.kill();
  server.start(false);
  REQUIRE(start.write({{7, 7, 0}, {8, 7, 1}, {}, {}}, 1h) == Applied::applied);
}

TEST_CASE("a large stock is loaded whole, each sku once") {
  tests::RedisServer server;
  server.ask(
      {"EVAL", "for i = 1, 50000 do redis.call('HSET', KEYS[1], 'sku-' .. i, i) end", "1", "saga:0:stock"});
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  REQUIRE(start.load_stock()->size() == 50'000);
}

TEST_CASE("what Redis holds at the checkpoint is told with it, but not of another checkpoint") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  const saga::Contents contents{.live = 3, .skus = 2, .digest = UINT64_MAX - 1};
  const engine::Store::Batch batch{.follows = {},
                                   .reaches = {7, 7, 0},
                                   .orders = {},
                                   .stock = {},
                                   .opening = {},
                                   .fence = -1,
                                   .contents = contents};
  REQUIRE_FALSE(start.load()->contents);
  REQUIRE(start.write(batch, 1h) == Applied::applied);
  REQUIRE(start.load()->contents == contents);
  server.ask({"HDEL", "saga:0:checkpoint", "live"});
  REQUIRE(start.load()->contents != contents);
  server.ask({"HSET", "saga:0:checkpoint", "offset", "8"});  // by an engine that does not know them
  REQUIRE_FALSE(start.load()->contents);
}

TEST_CASE("a Redis of which a part is gone can be made one that has reached nothing, behind our fence only") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  const std::array orders{
      engine::Store::OrderWrite{tests::order_id(1), "document", engine::Store::LiveSet::add, false},
      engine::Store::OrderWrite{tests::order_id(2), "document", engine::Store::LiveSet::leave, true}};
  const std::array stock{engine::Store::StockWrite{"keyboard", 7}};
  REQUIRE(start.set_fence({7, "a"}) == Fenced::set);
  REQUIRE(start.write({{}, {9, 7, 2}, orders, stock, "opening-7", 7}, 1h) == Applied::applied);
  REQUIRE(start.reset(6) == Fenced::newer);
  REQUIRE(start.reset(8) == Fenced::failed);
  REQUIRE(start.load()->checkpoint == Checkpoint{9, 7, 2});
  REQUIRE(start.reset(7) == Fenced::set);
  const auto loaded = start.load();
  REQUIRE(loaded->checkpoint == Checkpoint{});
  REQUIRE(loaded->opening == "");
  REQUIRE_FALSE(loaded->contents);
  REQUIRE(loaded->fence == 7);
  REQUIRE(loaded->engine == "a");
  REQUIRE(server.ask({"EXISTS", "saga:0:live", "saga:0:recent"}) == "0");
  REQUIRE(start.load_stock() == Start::Stock{{"keyboard", 7}});
  REQUIRE(start.write({{}, {9, 7, 2}, orders, stock, "opening-7", 7}, 1h) == Applied::applied);
}

TEST_CASE("a key of another type holds nothing, and is out of the way after a reset") {
  tests::RedisServer server;
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  REQUIRE(start.set_fence({7, "a"}) == Fenced::set);
  server.ask({"SET", "saga:0:stock", "text"});
  server.ask({"SET", "saga:0:live", "text"});
  REQUIRE(start.load_stock()->empty());
  REQUIRE(start.load_live([](std::string_view, std::optional<std::string_view>) { return false; }));
  REQUIRE(start.reset(7) == Fenced::set);
  REQUIRE(server.ask({"EXISTS", "saga:0:live", "saga:0:stock"}) == "0");
}

TEST_CASE(
    "a policy that throws away what orders are made of is refused, one that forgets finished orders is not") {
  const auto loaded = [](std::string policy) {
    tests::RedisServer server(true, {"--maxmemory-policy", std::move(policy)});
    Start start;
    REQUIRE(start.connect(server.url(), 10s));
    return *start.load();
  };
  for (const char* policy : {"allkeys-lru", "allkeys-lfu", "allkeys-random"}) {
    REQUIRE(loaded(policy).refusal.find(policy) != std::string::npos);
    REQUIRE(loaded(policy).warnings.empty());
  }
  for (const char* policy : {"volatile-lru", "volatile-ttl"}) {
    const auto start = loaded(policy);
    REQUIRE(start.refusal.empty());
    REQUIRE(start.warnings.size() == 1);
    REQUIRE(start.warnings[0].find(policy) != std::string::npos);
    REQUIRE(start.warnings[0].find("taken for a new order") != std::string::npos);
  }
  REQUIRE(loaded("noeviction").refusal.empty());
}

TEST_CASE("settings that may forget orders are warned about, and good ones are not") {
  const auto warnings = [](bool persistent, std::vector<std::string> settings) {
    tests::RedisServer server(persistent, std::move(settings));
    Start start;
    REQUIRE(start.connect(server.url(), 10s));
    const auto loaded = start.load();
    REQUIRE(loaded);
    return loaded->warnings;
  };
  REQUIRE(warnings(true, {}).empty());
  REQUIRE(warnings(false, {"--save", "3600 1"}).empty());
  const auto forgets = warnings(false, {});
  REQUIRE(forgets.size() == 1);
  REQUIRE(forgets[0].find("appendonly") != std::string::npos);
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

TEST_CASE("a Redis Cluster and a sentinel are refused at once, in words, whatever database is asked for") {
  const auto refused = [](std::vector<std::string> settings, std::string_view what, int db) {
    tests::RedisServer server(false, std::move(settings));
    redis::Url url = server.url();
    url.db = db;
    if (what == "it is a sentinel") url.password = "of the master";  // the sentinel has none
    Start start;
    REQUIRE_FALSE(start.connect(url, 1h));  // does not wait for it to become another
    CAPTURE(start.error());
    REQUIRE(start.unfit());
    REQUIRE(start.error().starts_with("Redis at " + url.shown()));
    REQUIRE(start.error().find(what) != std::string::npos);
  };
  for (const int db : {0, 3}) {
    const std::string port = std::to_string(free_port());
    refused({"--cluster-enabled", "yes", "--cluster-port", port}, "it is a Redis Cluster", db);
    refused({"--sentinel"}, "it is a sentinel", db);
  }
}

TEST_CASE("a Redis that does not tell us what it is, is taken for a server") {
  tests::RedisServer server;
  server.ask({"ACL", "SETUSER", "default", "-info"});
  REQUIRE(server.ask({"INFO", "server"}).starts_with("NOPERM"));
  Start start;
  REQUIRE(start.connect(server.url(), 10s));
  REQUIRE(start.load());
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
