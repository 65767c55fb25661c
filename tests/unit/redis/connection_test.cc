#include "edge/redis/connection.h"

#include <hiredis/hiredis.h>

#include <array>
#include <atomic>
#include <thread>

#include "edge/redis/batch_script.h"
#include "edge/redis/session.h"
#include "tests/catch.h"
#include "tests/unit/redis/world.h"

using namespace std::chrono_literals;
using tests::Applied;
using tests::at;
using tests::key;
using tests::LiveSet;
using tests::Store;
using tests::World;

TEST_CASE("a batch writes documents, live and recent ids, stock and the checkpoint") {
  World world;
  world.connect();
  const std::array orders{
      Store::OrderWrite{tests::order_id(1), "finished, never listed", LiveSet::leave, true},
      Store::OrderWrite{tests::order_id(2), "unfinished", LiveSet::add, false}};
  const std::array stock{Store::StockWrite{"keyboard", 7}, Store::StockWrite{"mouse", 3},
                         Store::StockWrite{"keyboard", 6}};
  REQUIRE(world.apply({at(0), at(3), orders, stock}) == Applied::applied);

  tests::RedisServer& server = world.server;
  REQUIRE(server.ask({"GET", key(1)}) == "finished, never listed");
  REQUIRE(server.ask({"GET", key(2)}) == "unfinished");
  REQUIRE(std::stoi(server.ask({"TTL", key(1)})) > 3500);
  REQUIRE(server.ask({"TTL", key(2)}) == "-1");
  REQUIRE(server.ask({"SMEMBERS", "saga:0:live"}) == tests::order_id(2).str());
  REQUIRE(server.ask({"LRANGE", "saga:0:recent", "0", "-1"}) == tests::order_id(1).str());
  REQUIRE(server.ask({"HGET", "saga:0:stock", "keyboard"}) == "6");
  REQUIRE(world.checkpoint() == "103 100 3 100");

  const std::array later{Store::OrderWrite{tests::order_id(2), "finished", LiveSet::remove, true}};
  REQUIRE(world.apply({at(3), at(4), later, {}}) == Applied::applied);
  REQUIRE(server.ask({"SCARD", "saga:0:live"}) == "0");
  REQUIRE(std::stoi(server.ask({"TTL", key(2)})) > 3500);
  REQUIRE(server.ask({"LRANGE", "saga:0:recent", "0", "-1"}) ==
          tests::order_id(2).str() + " " + tests::order_id(1).str());
}

TEST_CASE("an order that ends again is the newest of the recent ones, and there once") {
  World world;
  world.connect();
  tests::RedisServer& server = world.server;
  const std::array ended{Store::OrderWrite{tests::order_id(1), "ended", LiveSet::leave, true},
                         Store::OrderWrite{tests::order_id(2), "ended", LiveSet::leave, true}};
  REQUIRE(world.apply({at(0), at(2), ended, {}}) == Applied::applied);
  const std::array mailing{Store::OrderWrite{tests::order_id(1), "mailing", LiveSet::add, false}};
  REQUIRE(world.apply({at(2), at(3), mailing, {}}) == Applied::applied);
  REQUIRE(server.ask({"TTL", key(1)}) == "-1");  // unfinished, so it is kept
  const std::array again{Store::OrderWrite{tests::order_id(1), "ended again", LiveSet::remove, true, true},
                         Store::OrderWrite{tests::order_id(3), "ended", LiveSet::leave, true, true},
                         Store::OrderWrite{tests::order_id(4), "ended", LiveSet::leave, true}};
  REQUIRE(world.apply({at(3), at(6), again, {}}) == Applied::applied);
  REQUIRE(server.ask({"GET", key(1)}) == "ended again");
  REQUIRE(std::stoi(server.ask({"TTL", key(1)})) > 3500);
  REQUIRE(server.ask({"SCARD", "saga:0:live"}) == "0");
  REQUIRE(server.ask({"LRANGE", "saga:0:recent", "0", "-1"}) ==
          tests::order_id(3).str() + " " + tests::order_id(1).str() + " " + tests::order_id(4).str() + " " +
              tests::order_id(2).str());
}

TEST_CASE("the same batch again is known as applied and changes nothing") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "first", LiveSet::leave, true}};
  REQUIRE(world.apply({at(0), at(1), orders, {}}) == Applied::applied);
  const std::array other{Store::OrderWrite{tests::order_id(1), "must not be written", LiveSet::leave, true}};
  REQUIRE(world.apply({at(0), at(1), other, {}}) == Applied::applied);
  REQUIRE(world.server.ask({"GET", key(1)}) == "first");
  REQUIRE(world.server.ask({"LLEN", "saga:0:recent"}) == "1");
}

TEST_CASE("a batch that follows another checkpoint is refused and writes nothing") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  REQUIRE(world.apply({at(5), at(6), orders, {}}) == Applied::elsewhere);
  REQUIRE(world.server.ask({"KEYS", "saga:order:*"}).empty());
  REQUIRE(world.checkpoint() == "100 100 0 100");
  world.server.ask({"FLUSHALL"});
  REQUIRE(world.apply({at(0), at(1), orders, {}}) == Applied::elsewhere);
  REQUIRE(world.server.ask({"DBSIZE"}) == "0");
}

TEST_CASE("a newer engine's fence refuses the batch and nothing is written") {
  World world;
  world.connect();
  world.server.ask({"HSET", "saga:0:checkpoint", "fence", "101"});
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  REQUIRE(world.apply({at(0), at(1), orders, {}}) == Applied::fenced);
  REQUIRE(world.server.ask({"KEYS", "saga:order:*"}).empty());
}

TEST_CASE("a batch far beyond what Lua can unpack at once is applied whole") {
  World world;
  world.connect();
  constexpr unsigned count = 9000;
  std::vector<Store::OrderWrite> orders;
  std::vector<std::string> skus;
  for (unsigned n = 0; n < count; ++n) {
    const bool finished = n % 3 == 0;
    orders.push_back({tests::order_id(n), "text", finished ? LiveSet::leave : LiveSet::add, finished});
    skus.push_back("sku-" + std::to_string(n));
  }
  std::vector<Store::StockWrite> stock;
  for (unsigned n = 0; n < count; ++n) stock.push_back({skus[n], n});
  REQUIRE(world.apply({at(0), at(count), orders, stock}) == Applied::applied);
  REQUIRE(world.server.ask({"DBSIZE"}) == std::to_string(count + 4));
  REQUIRE(world.server.ask({"SCARD", "saga:0:live"}) == "6000");
  REQUIRE(world.server.ask({"LLEN", "saga:0:recent"}) == "3000");
  REQUIRE(world.server.ask({"HLEN", "saga:0:stock"}) == "9000");

  for (Store::OrderWrite& order : orders) {
    order.live = order.finished ? LiveSet::leave : LiveSet::remove;
    order.finished = true;
  }
  REQUIRE(world.apply({at(count), at(2 * count), orders, {}}) == Applied::applied);
  REQUIRE(world.server.ask({"EXISTS", "saga:0:live"}) == "0");
  REQUIRE(world.server.ask({"LLEN", "saga:0:recent"}) == "10000");
}

TEST_CASE("a batch whose checkpoint has changed since its check writes nothing") {
  World world;
  redis::Session session;
  REQUIRE(session.open(world.server.url(), 5s));
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::leave, true}};
  redis::BatchCommands commands;
  redis::format_batch({at(0), at(1), orders, {}}, 1h, commands);
  const auto checked = session.send(commands.check.text, commands.check.count);
  REQUIRE(checked);
  REQUIRE(checked->integer == 1);
  const bool fenced = GENERATE(true, false);
  if (fenced) {
    world.server.ask({"HSET", "saga:0:checkpoint", "fence", "101"});
  } else {
    world.server.ask({"LPUSH", "saga:0:recent", "somebody-elses"});
  }
  const auto written = session.send(commands.write.text, commands.write.count);
  REQUIRE(written);
  REQUIRE(written->type == REDIS_REPLY_NIL);
  REQUIRE(world.server.ask({"KEYS", "saga:order:*"}).empty());
  REQUIRE(world.checkpoint() == (fenced ? "100 100 0 101" : "100 100 0 100"));
}

TEST_CASE("a batch is checked again, and applied, when its checkpoint was touched meanwhile") {
  World world;
  world.connect();
  runtime::Metrics metrics;
  world.connection.list(metrics);
  std::atomic<bool> enough{false};
  std::thread other([&] {
    auto* const context = redisConnectUnix(world.server.socket().c_str());
    while (!enough) freeReplyObject(redisCommand(context, "HINCRBY saga:0:checkpoint touched 1"));
    redisFree(context);
  });
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::leave, true}};
  std::uint64_t seq = 0;
  bool applied = true;
  while (applied && metrics.render().find("saga_redis_resends_total 0\n") != std::string::npos) {
    std::optional<Applied> result;
    applied = world.connection.submit({at(seq), at(seq + 1), orders, {}}) && world.driver.until([&] {
      result = world.connection.result();
      return result || metrics.render().find("saga_redis_resends_total 0\n") == std::string::npos;
    });
    if (result) ++seq;
  }
  enough = true;
  other.join();
  REQUIRE(applied);
  REQUIRE(world.wait() == Applied::applied);
  REQUIRE(world.checkpoint() == std::to_string(101 + seq) + " 100 " + std::to_string(seq + 1) + " 100");
  REQUIRE(world.driver.lines.empty());
}

TEST_CASE("what a command within a batch is refused with is told, and the batch waits") {
  World world;
  world.connect();
  world.server.ask({"SET", "saga:0:stock", "no hash"});
  const std::array stock{Store::StockWrite{"keyboard", 7}};
  REQUIRE(world.connection.submit({at(0), at(1), {}, stock}));
  REQUIRE(world.driver.until([&] { return world.driver.lines_with("WRONGTYPE") == 1; }));
  REQUIRE(world.checkpoint() == "100 100 0 100");
  world.server.ask({"DEL", "saga:0:stock"});
  REQUIRE(world.wait() == Applied::applied);
  REQUIRE(world.server.ask({"HGET", "saga:0:stock", "keyboard"}) == "7");
}
