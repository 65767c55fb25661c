// The connection when the server dies, stalls, refuses or moves.
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/unit/redis/world.h"

using namespace std::chrono_literals;
using tests::Answer;
using tests::Applied;
using tests::at;
using tests::Found;
using tests::LiveSet;
using tests::options;
using tests::Store;
using tests::World;

TEST_CASE("a batch whose server dies is sent again to the one that comes back") {
  World world(true);
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::leave, true}};
  world.server.ask({"CLIENT", "PAUSE", "60000", "ALL"});
  REQUIRE(world.connection.submit({at(0), at(1), orders, {}}));
  Answer in_flight;
  world.connection.find(tests::order_id(1), in_flight);
  for (int i = 0; i < 20; ++i) world.driver.turn();
  world.server.kill();
  REQUIRE(world.driver.until([&] { return !world.connection.connected(); }));
  REQUIRE(in_flight.calls == 1);
  REQUIRE(in_flight.answer == Found::unavailable);
  REQUIRE_FALSE(world.connection.submit({at(1), at(2), {}, {}}));  // one at a time
  world.server.start();
  REQUIRE(world.wait() == Applied::applied);
  REQUIRE(world.server.ask({"LLEN", "saga:0:recent"}) == "1");
  REQUIRE(world.driver.lines_with("trying again") == 1);
  REQUIRE(world.driver.lines_with("connected again") == 1);
}

TEST_CASE("no answer in time: the batch is sent again and still applied once") {
  World world;
  redis::ConnectionOptions impatient = options(world.server.url());
  impatient.reply_timeout = 50ms;
  redis::Connection connection(world.driver.reactor, impatient, world.driver.log());
  connection.start();
  REQUIRE(world.driver.until([&] { return connection.connected(); }));
  world.server.ask({"CLIENT", "PAUSE", "400", "ALL"});
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::leave, true}};
  REQUIRE(connection.submit({at(0), at(1), orders, {}}));
  std::optional<Applied> result;
  REQUIRE(world.driver.until([&] { return (result = connection.result()).has_value(); }));
  REQUIRE(*result == Applied::applied);
  REQUIRE(world.driver.lines_with("no answer within") == 1);
  REQUIRE(world.server.ask({"LLEN", "saga:0:recent"}) == "1");
}

TEST_CASE("a full Redis, a busy one, a read-only one: the batch waits and is applied when it is over") {
  World world;
  world.connect();
  const std::array orders{Store::OrderWrite{tests::order_id(1), "text", LiveSet::leave, true}};
  REQUIRE(world.connection.submit({at(0), at(1), orders, {}}));
  REQUIRE(world.wait() == Applied::applied);

  SECTION("OOM") {
    world.server.ask({"CONFIG", "SET", "maxmemory", "1"});
    REQUIRE(world.connection.submit({at(1), at(2), orders, {}}));
    REQUIRE(world.driver.until([&] { return world.driver.lines_with("OOM") == 1; }));
    for (int i = 0; i < 100; ++i) world.driver.turn();
    REQUIRE_FALSE(world.connection.result());
    world.server.ask({"CONFIG", "SET", "maxmemory", "0"});
    REQUIRE(world.wait() == Applied::applied);
    REQUIRE(world.driver.lines_with("OOM") == 1);
    REQUIRE(world.driver.lines_with("takes batches again") == 1);
  }
  SECTION("BUSY") {
    world.server.ask({"CONFIG", "SET", "busy-reply-threshold", "10"});
    std::thread endless([&] {
      auto* const other = redisConnectUnix(world.server.socket().c_str());
      freeReplyObject(redisCommand(other, "EVAL %s 0", "while true do end"));
      redisFree(other);
    });
    const bool busy = world.driver.until([&] { return world.server.ask({"GET", "x"}).starts_with("BUSY"); });
    const bool submitted = world.connection.submit({at(1), at(2), orders, {}});
    const bool told = world.driver.until([&] { return world.driver.lines_with("BUSY") == 1; });
    world.server.ask({"SCRIPT", "KILL"});
    endless.join();
    REQUIRE((busy && submitted && told));
    REQUIRE(world.wait() == Applied::applied);
  }
  // Each with what makes Redis say it, and what ends it.
  using Commands = std::vector<std::vector<std::string>>;
  const auto waits = [&](const std::string& word, const Commands& begin, const Commands& end) {
    for (const auto& command : begin) world.server.ask(command);
    REQUIRE(world.connection.submit({at(1), at(2), orders, {}}));
    REQUIRE(world.driver.until([&] { return world.driver.lines_with(word) == 1; }));
    REQUIRE_FALSE(world.connection.result());
    for (const auto& command : end) world.server.ask(command);
    REQUIRE(world.wait() == Applied::applied);
    REQUIRE(world.driver.lines_with("takes batches again") == 1);
  };
  SECTION("NOREPLICAS") {
    waits("NOREPLICAS", {{"CONFIG", "SET", "min-replicas-to-write", "1"}},
          {{"CONFIG", "SET", "min-replicas-to-write", "0"}});
  }
  SECTION("MISCONF") {
    std::filesystem::create_directory(world.server.folder() +
                                      "/occupied.rdb");  // no file can be renamed to it
    world.server.ask({"CONFIG", "SET", "dbfilename", "occupied.rdb"});
    world.server.ask({"CONFIG", "SET", "save", "3600 1000000"});
    world.server.ask({"BGSAVE"});
    REQUIRE(world.driver.until([&] { return world.server.ask({"SET", "x", "y"}).starts_with("MISCONF"); }));
    waits("MISCONF", {}, {{"CONFIG", "SET", "save", ""}});
  }
  SECTION("MASTERDOWN") {
    waits("MASTERDOWN",
          {{"CONFIG", "SET", "replica-serve-stale-data", "no"}, {"REPLICAOF", "127.0.0.1", "1"}},
          {{"REPLICAOF", "NO", "ONE"}});
  }
  SECTION("READONLY") {
    world.server.ask({"REPLICAOF", "127.0.0.1", "1"});
    REQUIRE(world.connection.submit({at(1), at(2), orders, {}}));
    REQUIRE(world.driver.until([&] { return world.driver.lines_with("takes no batch") == 1; }));
    world.server.ask({"REPLICAOF", "NO", "ONE"});
    REQUIRE(world.wait() == Applied::applied);
  }
}

TEST_CASE("a Redis that comes back and still loads its data is waited for, and then has the batch") {
  tests::RedisServer server(true, {"--key-load-delay", "200", "--loading-process-events-interval-bytes",
                                   "1024", "--aof-use-rdb-preamble", "no"});
  server.ask({"EVAL", "for i = 1, 2000 do redis.call('SET', 'k' .. i, string.rep('x', 100)) end", "0"});
  tests::Driver driver;
  redis::Connection connection(driver.reactor, options(server.url()), driver.log());
  connection.start();
  REQUIRE(driver.until([&] { return connection.connected(); }));
  server.kill();
  REQUIRE(driver.until([&] { return !connection.connected(); }));
  server.start(false);
  REQUIRE(driver.until([&] { return server.ask({"GET", "x"}).starts_with("LOADING"); }));
  REQUIRE(connection.submit({{}, at(0), {}, {}}));
  std::optional<Applied> result;
  REQUIRE(driver.until([&] { return (result = connection.result()).has_value(); }));
  REQUIRE(*result == Applied::applied);
  REQUIRE(driver.lines_with("trying again") == 1);
  REQUIRE(driver.lines_with("connected again") == 1);
}

TEST_CASE("a password and a database are used, and no message shows the password") {
  tests::RedisServer server(false, {"--requirepass", "hidden"});
  redis::Url url = server.url();
  tests::Driver driver;
  SECTION("right") {
    url.password = "hidden";
    url.db = 3;
    redis::Connection connection(driver.reactor, options(url), driver.log());
    connection.start();
    REQUIRE(driver.until([&] { return connection.connected(); }));
    server.ask({"AUTH", "hidden"});
    REQUIRE(server.ask({"CLIENT", "LIST"}).find(" db=3 ") != std::string::npos);
  }
  SECTION("wrong") {
    url.password = "hidden2";
    redis::Connection connection(driver.reactor, options(url), driver.log());
    connection.start();
    REQUIRE(driver.until([&] { return driver.lines_with("WRONGPASS") == 1; }));
    REQUIRE_FALSE(connection.connected());
    REQUIRE(driver.lines_with("hidden") == 0);
  }
}

TEST_CASE("a name is resolved off the reactor, and every address of it is tried") {
  tests::RedisServer server(false, {"--bind", "127.0.0.1"});
  server.ask({"CONFIG", "SET", "port", "0"});
  int port = 0;
  for (int candidate = 20'000; candidate < 20'500 && port == 0; ++candidate) {
    if (server.ask({"CONFIG", "SET", "port", std::to_string(candidate)}) == "OK") port = candidate;
  }
  REQUIRE(port != 0);
  tests::Driver driver;
  redis::Connection connection(driver.reactor,
                               options(redis::parse_url("redis://localhost:" + std::to_string(port)).url),
                               driver.log());
  connection.start();
  REQUIRE(driver.until([&] { return connection.connected(); }));
}
