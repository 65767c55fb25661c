// Finding an order's document, and noticing that Redis has lost what it held.
#include <array>
#include <deque>

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

TEST_CASE("finds are answered in the order of the calls, whatever a batch comes to meanwhile") {
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
  REQUIRE(answers[2].calls == 0);
  REQUIRE(answers[3].answer == Found::no);
  REQUIRE(world.wait() == Applied::applied);
  Answer applied;
  world.connection.find(tests::order_id(1), applied);
  REQUIRE(world.driver.until([&] { return applied.calls == 1; }));
  REQUIRE(applied.answer == Found::yes);
  REQUIRE(applied.document == "text");
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
  Answer answer;
  world.connection.find_reference("R 2", UINT64_MAX, 1, answer);
  REQUIRE(world.driver.until([&] { return answer.calls == 1; }));
  REQUIRE(answer.answer == Answer::Found::unavailable);
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
  std::deque<Answer> answers;  // to finds before, within and behind the batch, which sets its own fence
  REQUIRE(world.driver.until([&] {
    world.connection.find(tests::order_id(1), answers.emplace_back());
    return world.connection.result() == Applied::applied;
  }));
  REQUIRE(world.driver.until([&] { return answers.back().calls == 1; }));
  REQUIRE(answers.back().answer == Found::yes);
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
