#include "edge/redis/connection.h"

#include <array>

#include "edge/redis/batch_script.h"
#include "tests/catch.h"
#include "tests/unit/redis/world.h"

using namespace std::chrono_literals;
using tests::Answer;
using tests::Applied;
using tests::at;
using tests::Found;
using tests::key;
using tests::LiveSet;
using tests::Store;
using tests::World;

TEST_CASE("the script's digest is the one Redis computes") {
  tests::RedisServer server;
  REQUIRE(server.ask({"SCRIPT", "LOAD", std::string(redis::batch_script)}) == redis::batch_script_sha1);
}

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

TEST_CASE("a flushed script cache costs a reload, nothing else") {
  World world;
  world.connect();
  world.server.ask({"SCRIPT", "FLUSH"});
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  REQUIRE(world.apply({at(0), at(1), orders, {}}) == Applied::applied);
  REQUIRE(world.server.ask({"GET", key(1)}) == "text");
  REQUIRE(world.driver.lines.empty());
}

TEST_CASE("finds are answered in the order of the calls, behind the batch that was submitted before") {
  World world;
  world.connect();
  std::vector<const Answer*> order;
  std::array<Answer, 4> answers;
  for (Answer& answer : answers) answer.order = &order;
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  world.connection.find(tests::order_id(1), answers[0]);
  REQUIRE(world.connection.submit({at(0), at(1), orders, {}, {}, -1, {.live = 1}}));
  world.connection.find(tests::order_id(1), answers[1]);
  world.connection.find(tests::order_id(1), answers[2]);
  world.connection.find(tests::order_id(2), answers[3]);
  world.connection.forget(answers[2]);
  REQUIRE(order.empty());
  REQUIRE(world.driver.until([&] { return order.size() == 3; }));
  REQUIRE(order == std::vector<const Answer*>{&answers[0], &answers[1], &answers[3]});
  REQUIRE(answers[0].answer == Found::no);
  REQUIRE(answers[1].answer == Found::yes);
  REQUIRE(answers[1].document == "text");
  REQUIRE(answers[2].calls == 0);
  REQUIRE(answers[3].answer == Found::no);
  REQUIRE(world.connection.result() == Applied::applied);
}

TEST_CASE("without a connection a find says so soon, but never from within the call") {
  World world;
  Answer answer, forgotten;
  world.connection.find(tests::order_id(1), answer);
  world.connection.find(tests::order_id(1), forgotten);
  world.connection.forget(forgotten);
  REQUIRE(answer.calls == 0);
  REQUIRE(world.driver.until([&] { return answer.calls == 1; }));
  REQUIRE(answer.answer == Found::unavailable);
  REQUIRE(forgotten.calls == 0);
}

TEST_CASE("a Redis that has lost writes says of no order that it is not there") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  REQUIRE(world.apply({at(0), at(5), orders, {}, {}, -1, {.live = 1}}) == Applied::applied);
  const auto find = [&](unsigned n) {
    Answer answer;
    world.connection.find(tests::order_id(n), answer);
    REQUIRE(world.driver.until([&] { return answer.calls == 1; }));
    return answer.answer;
  };
  REQUIRE(find(1) == Answer::Found::yes);
  REQUIRE(find(2) == Answer::Found::no);
  REQUIRE_FALSE(world.connection.lost_writes());
  SECTION("all of them") { world.server.ask({"FLUSHALL"}); }
  SECTION("the last ones") { world.server.ask({"HSET", "saga:0:checkpoint", "offset", "8"}); }
  REQUIRE(find(2) == Answer::Found::unavailable);
  REQUIRE(world.connection.lost_writes());
}

TEST_CASE("that Redis has lost writes shows without anybody asking") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  REQUIRE(world.apply({at(0), at(5), orders, {}, {}, -1, {.live = 1}}) == Applied::applied);
  world.server.ask({"FLUSHALL"});
  REQUIRE(world.driver.until([&] { return world.connection.lost_writes(); }));
}

TEST_CASE(
    "that a part of Redis is gone shows without anybody asking, and then no order is said not to be there") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false},
                          Store::OrderWrite{tests::order_id(2), "text", LiveSet::add, false},
                          Store::OrderWrite{tests::order_id(4), "text", LiveSet::leave, true}};
  const std::array stock{Store::StockWrite{"keyboard", 7}, Store::StockWrite{"mouse", 3}};
  Store::Batch batch{.follows = at(0), .reaches = at(5), .orders = orders, .stock = stock};
  batch.contents = {.live = 2, .skus = 2};
  REQUIRE(world.apply(batch) == Applied::applied);
  Answer before, after;
  world.connection.find(tests::order_id(3), before);
  REQUIRE(world.driver.until([&] { return before.calls == 1; }));
  REQUIRE(before.answer == Found::no);
  REQUIRE_FALSE(world.connection.lost_writes());
  SECTION("the unfinished") { world.server.ask({"DEL", "saga:0:live"}); }
  SECTION("one of them") { world.server.ask({"SREM", "saga:0:live", tests::order_id(2).str()}); }
  SECTION("the stock") { world.server.ask({"DEL", "saga:0:stock"}); }
  SECTION("of one sku") { world.server.ask({"HDEL", "saga:0:stock", "mouse"}); }
  SECTION("the checkpoint") { world.server.ask({"DEL", "saga:0:checkpoint"}); }
  SECTION("the list of those that have ended") { world.server.ask({"DEL", "saga:0:recent"}); }
  SECTION("the type of that list") {
    world.server.ask({"DEL", "saga:0:recent"});
    world.server.ask({"SET", "saga:0:recent", "text"});
  }
  SECTION("what it says of live ones") { world.server.ask({"HDEL", "saga:0:checkpoint", "live"}); }
  SECTION("the type") { world.server.ask({"SET", "saga:0:stock", "text"}); }
  REQUIRE(world.driver.until([&] { return world.connection.lost_writes(); }));
  world.connection.find(tests::order_id(3), after);
  REQUIRE(world.driver.until([&] { return after.calls == 1; }));
  REQUIRE(after.answer == Found::unavailable);
}

TEST_CASE("an unfinished order whose document is gone is not said to be none") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  REQUIRE(world.apply({at(0), at(5), orders, {}, {}, -1, {.live = 1}}) == Applied::applied);
  world.server.ask({"DEL", key(1)});
  Answer answer;
  world.connection.find(tests::order_id(1), answer);
  REQUIRE(world.driver.until([&] { return answer.calls == 1; }));
  REQUIRE(answer.answer == Found::unavailable);
  REQUIRE(world.connection.lost_writes());
}

TEST_CASE("a newer engine's fence shows without anybody asking; one's own is none") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::add, false}};
  REQUIRE(world.connection.submit({at(0), at(5), orders, {}, {}, -1, {.live = 1}}));
  Answer answer;
  world.connection.find(tests::order_id(1), answer);  // behind the batch, which sets its own fence
  REQUIRE(world.wait() == Applied::applied);
  REQUIRE(world.driver.until([&] { return answer.calls == 1; }));
  REQUIRE(answer.answer == Found::yes);
  REQUIRE_FALSE(world.connection.fenced());
  world.server.ask({"HSET", "saga:0:checkpoint", "fence", std::to_string(at(6).offset)});
  REQUIRE(world.driver.until([&] { return world.connection.fenced(); }));
  REQUIRE_FALSE(world.connection.lost_writes());
}

TEST_CASE("what Redis has not been said to have reached is not lost") {
  World world;
  world.connection.start();
  REQUIRE(world.driver.until([&] { return world.connection.connected(); }));
  Answer answer;
  world.connection.find(tests::order_id(1), answer);  // on its way before stands_at
  world.connection.stands_at(-1);
  REQUIRE(world.driver.until([&] { return answer.calls == 1; }));
  REQUIRE(answer.answer == Found::unavailable);
  REQUIRE_FALSE(world.connection.lost_writes());
}
