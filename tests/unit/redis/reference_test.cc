// Finding the finished orders of a reference, in a real Redis.
#include <array>

#include "engine/limits.h"
#include "tests/catch.h"
#include "tests/unit/redis/world.h"

using tests::Answer;
using tests::Applied;
using tests::at;
using tests::Found;
using tests::LiveSet;
using tests::Store;
using tests::World;

TEST_CASE("finished orders are found by their reference, newest first, as long as the last of them is kept") {
  World world;
  world.connect();
  const auto write = [](unsigned n, bool finished, std::string_view reference, std::uint64_t serial) {
    return Store::OrderWrite{
        tests::order_id(n), "text", finished ? LiveSet::leave : LiveSet::add, finished, false,
        reference,          serial};
  };
  const std::array first{write(1, true, "R 1\r\n\xc3\xa4", 11), write(2, false, "R 2", 12),
                         write(3, true, "", 13), write(4, true, "R 4", 14)};
  REQUIRE(world.apply({at(0), at(4), first, {}, {}, -1, {.live = 1}}) == Applied::applied);
  const std::array second{write(5, true, "R 1\r\n\xc3\xa4", 15), write(1, true, "R 1\r\n\xc3\xa4", 11)};
  const std::array stock{Store::StockWrite{"keyboard", 7}};
  REQUIRE(world.apply({at(4), at(6), second, stock, {}, -1, {.live = 1, .skus = 1}}) == Applied::applied);

  const auto found = [&](std::string_view reference, std::uint64_t before = UINT64_MAX,
                         std::size_t limit = 10) {
    Answer answer;
    world.connection.find_reference(reference, before, limit, answer);
    REQUIRE(world.driver.until([&] { return answer.calls == 1; }));
    REQUIRE(answer.answer == (answer.document.empty() ? Found::no : Found::yes));
    return answer.document;
  };
  const std::string one = "11 " + tests::order_id(1).str() + "\n",
                    five = "15 " + tests::order_id(5).str() + "\n";
  REQUIRE(found("R 1\r\n\xc3\xa4") == five + one);
  REQUIRE(found("R 1\r\n\xc3\xa4", 15) == one);
  REQUIRE(found("R 1\r\n\xc3\xa4", UINT64_MAX, 1) == five);
  REQUIRE(found("R 4") == "14 " + tests::order_id(4).str() + "\n");
  REQUIRE(found("R 2").empty());  // unfinished: whoever asks has it in memory
  REQUIRE(found("R 9").empty());
  tests::RedisServer& server = world.server;
  REQUIRE(std::stoi(server.ask({"TTL", "saga:0:reference:R 4"})) > 3500);
  REQUIRE(server.ask({"HGETALL", "saga:0:stock"}) == "keyboard 7");
  server.ask({"EXPIRE", "saga:0:reference:R 4",
              "90000"});  // [orders] keep was longer, and that order's document is kept
  const std::array third{write(6, true, "R 4", 16)};
  REQUIRE(world.apply({at(6), at(7), third, {}, {}, -1, {.live = 1, .skus = 1}}) == Applied::applied);
  REQUIRE(std::stoi(server.ask({"TTL", "saga:0:reference:R 4"})) > 80'000);
  REQUIRE(server.ask({"KEYS", "saga:0:reference:*"}).find("R 2") == std::string::npos);
}

TEST_CASE("of one reference the newest orders are found, and only so many") {
  World world;
  world.connect();
  constexpr unsigned count = engine::limits::reference_orders + 2;
  std::vector<Store::OrderWrite> orders;
  for (unsigned n = count; n > 0; --n)
    orders.push_back({tests::order_id(n), "text", LiveSet::leave, true, false, "all", n});
  REQUIRE(world.apply({at(0), at(count), orders, {}}) == Applied::applied);
  REQUIRE(world.server.ask({"ZCARD", "saga:0:reference:all"}) == std::to_string(count - 2));
  REQUIRE(world.server.ask({"ZRANGE", "saga:0:reference:all", "0", "0"}) == tests::order_id(3).str());
}
