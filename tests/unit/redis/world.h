// A connection to a real redis-server that is fenced and empty, driven by its own reactor.
#pragma once

#include "edge/redis/connection.h"
#include "edge/redis/start.h"
#include "tests/catch.h"
#include "tests/unit/redis/driver.h"
#include "tests/unit/redis/server.h"
#include "tests/world/make_order.h"

namespace tests {

using engine::Store;
using LiveSet = Store::LiveSet;
using Applied = Store::Applied;
using Found = Store::DocumentListener::Found;

inline constexpr std::int64_t epoch = 100;

inline redis::ConnectionOptions options(const redis::Url& url) {
  redis::ConnectionOptions options;
  options.url = url;
  options.keep = std::chrono::hours{1};
  options.reply_timeout = std::chrono::seconds{5};
  options.backoff_max = std::chrono::milliseconds{100};
  return options;
}

struct Answer final : Store::DocumentListener {
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
    REQUIRE(start.connect(server.url(), std::chrono::seconds{10}));
    REQUIRE(start.set_fence({epoch, "engine-1"}) == redis::Start::Fenced::set);
    REQUIRE(start.write({{}, {epoch, epoch, 0}, {}, {}, "opening-1"}, std::chrono::hours{1}) ==
            Applied::applied);
  }
  void connect() {
    connection.stands_at(epoch);
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

  RedisServer server;
  Driver driver;
  redis::Connection connection{driver.reactor, options(server.url()), driver.log()};
};

inline Store::Checkpoint at(std::uint64_t seq) {
  return {epoch + static_cast<std::int64_t>(seq), epoch, seq};
}
inline std::string key(unsigned n) { return "saga:order:" + order_id(n).str(); }

}  // namespace tests
