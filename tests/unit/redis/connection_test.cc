#include "edge/redis/connection.h"

#include <array>

#include "edge/redis/batch_script.h"
#include "edge/redis/start.h"
#include "tests/catch.h"
#include "tests/make_order.h"
#include "tests/unit/redis/driver.h"
#include "tests/unit/redis/server.h"

using namespace std::chrono_literals;
using engine::Store;
using LiveSet = Store::LiveSet;
using Applied = Store::Applied;
using Found = Store::Reader::Found;

namespace {

constexpr std::int64_t epoch = 100;

redis::ConnectionOptions options(const redis::Url& url) {
  redis::ConnectionOptions options;
  options.url = url;
  options.keep = 1h;
  options.reply_timeout = 5s;
  options.backoff_max = 100ms;
  return options;
}

struct Answer final : Store::Reader {
  void found(Found what, std::string_view text) override {
    ++calls;
    answer = what;
    document = text;
    if (order != nullptr) order->push_back(this);
  }
  int calls = 0;
  Found answer = Found::unavailable;
  std::string document;
  std::vector<const Answer*>* order = nullptr;
};

/// A connection to a server that is fenced for `epoch` and stands at {epoch, epoch, 0}.
struct World {
  explicit World(bool persistent = false) : server(persistent) {
    redis::Start start;
    REQUIRE(start.connect(server.url(), 10s));
    REQUIRE(start.set_fence({epoch, "engine-1", "log-1", {}, {epoch, epoch, 0}}) ==
            redis::Start::Fenced::set);
  }
  void connect() {
    connection.start();
    REQUIRE(driver.until([&] { return connection.connected(); }));
  }
  Applied apply(const Store::Batch& batch) {
    REQUIRE(connection.submit(batch));
    return wait();
  }
  Applied wait() {
    std::optional<Applied> result;
    REQUIRE(driver.until([&] { return (result = connection.result()).has_value(); }));
    return *result;
  }
  std::string checkpoint() {
    return server.ask({"HMGET", "saga:0:checkpoint", "offset", "epoch", "seq", "fence"});
  }

  tests::RedisServer server;
  tests::Driver driver;
  redis::Connection connection{driver.reactor, options(server.url()), driver.log()};
};

Store::Checkpoint at(std::uint64_t seq) { return {epoch + static_cast<std::int64_t>(seq), epoch, seq}; }
std::string key(unsigned n) { return "saga:order:" + tests::order_id(n).str(); }

}  // namespace

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
  REQUIRE(world.connection.submit({at(0), at(1), orders, {}}));
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
  SECTION("READONLY") {
    world.server.ask({"REPLICAOF", "127.0.0.1", "1"});
    REQUIRE(world.connection.submit({at(1), at(2), orders, {}}));
    REQUIRE(world.driver.until([&] { return world.driver.lines_with("takes no batch") == 1; }));
    world.server.ask({"REPLICAOF", "NO", "ONE"});
    REQUIRE(world.wait() == Applied::applied);
  }
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
