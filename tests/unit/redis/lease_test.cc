#include "edge/redis/lease.h"

#include <atomic>
#include <functional>

#include "tests/catch.h"
#include "tests/unit/redis/server.h"

using namespace std::chrono_literals;
using redis::Lease;
using Holder = Lease::Holder;

namespace {

const auto nobody = [](std::string_view) {};

void until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace

TEST_CASE("the first engine has the lease until it gives it back, the second learns whose it is") {
  tests::RedisServer server;
  Lease first(server.url(), "first", "orders", nobody), second(server.url(), "second", "orders", nobody);
  REQUIRE(second.look() == Holder::nobody);
  REQUIRE(first.take() == Holder::ours);
  REQUIRE(second.take() == Holder::other);
  REQUIRE(second.look() == Holder::other);
  REQUIRE(second.other() == "first");
  REQUIRE(first.take() == Holder::ours);  // renewed
  first.release();
  REQUIRE(second.take() == Holder::ours);
}

TEST_CASE("giving back removes no other engine's lease") {
  tests::RedisServer server;
  Lease first(server.url(), "first", "orders", nobody), second(server.url(), "second", "orders", nobody),
      third(server.url(), "third", "orders", nobody);
  REQUIRE(first.take() == Holder::ours);
  REQUIRE(second.seize() == Holder::ours);
  first.release();
  REQUIRE(third.take() == Holder::other);
  REQUIRE(third.other() == "second");
}

TEST_CASE("a lease of another topic is told from one of ours, and is not taken") {
  tests::RedisServer server;
  Lease neighbour(server.url(), "first", "parcels", nobody), ours(server.url(), "second", "orders", nobody);
  REQUIRE(neighbour.take() == Holder::ours);
  REQUIRE(ours.look() == Holder::other_topic);
  REQUIRE(ours.take() == Holder::other_topic);
  REQUIRE(ours.seize() == Holder::other_topic);
  REQUIRE(ours.other() == "first");
  REQUIRE(ours.topic() == "parcels");
  ours.release();
  REQUIRE(neighbour.look() == Holder::ours);
}

TEST_CASE("a lease without a topic is of an older engine of ours") {
  tests::RedisServer server;
  server.ask({"SET", "saga:owner", "first"});
  Lease lease(server.url(), "second", "orders", nobody);
  REQUIRE(lease.take() == Holder::other);
  REQUIRE(lease.other() == "first");
  REQUIRE(lease.seize() == Holder::ours);
}

TEST_CASE("an engine of another topic does not make one give way, which takes its lease again") {
  tests::RedisServer server;
  Lease lease(server.url(), "first", "orders", nobody);
  REQUIRE(lease.take() == Holder::ours);
  lease.keep();
  server.ask({"SET", "saga:owner", "second parcels"});
  std::this_thread::sleep_for(2 * Lease::renewal);  // it may have looked
  server.ask({"DEL", "saga:owner"});
  until([&] { return server.ask({"GET", "saga:owner"}) == "first orders"; });
  REQUIRE_FALSE(lease.lost());
}

TEST_CASE("a lease that nobody renews runs out") {
  tests::RedisServer server;
  Lease lease(server.url(), "first", "orders", nobody);
  REQUIRE(lease.take() == Holder::ours);
  const auto left = std::stoll(server.ask({"PTTL", "saga:owner"}));
  REQUIRE(left > 0);
  REQUIRE(left <= Lease::lease.count());
}

TEST_CASE("a lease is renewed while Redis has no memory for writes") {
  tests::RedisServer server;
  Lease lease(server.url(), "first", "orders", nobody);
  REQUIRE(lease.take() == Holder::ours);
  server.ask({"PEXPIRE", "saga:owner", "1000"});
  server.ask({"CONFIG", "SET", "maxmemory", "1"});
  REQUIRE(lease.take() == Holder::ours);
  REQUIRE(std::stoll(server.ask({"PTTL", "saga:owner"})) > 1000);
}

TEST_CASE("a kept lease is renewed, also after Redis has forgotten it; one taken by another is left alone") {
  tests::RedisServer server;
  std::atomic<bool> lost{false};
  Lease lease(server.url(), "first", "orders", [&](std::string_view other) { lost = other == "second"; });
  REQUIRE(lease.take() == Holder::ours);
  lease.keep();
  server.ask({"FLUSHALL"});
  until([&] { return server.ask({"GET", "saga:owner"}) == "first orders"; });
  server.ask({"SET", "saga:owner", "second orders"});
  until([&] { return lost.load(); });
  REQUIRE(lease.lost());
  lease.release();
  REQUIRE(server.ask({"GET", "saga:owner"}) == "second orders");
}

TEST_CASE("without Redis the lease is unknown, and giving it back does not hang") {
  tests::RedisServer server;
  Lease lease(server.url(), "first", "orders", nobody);
  REQUIRE(lease.take() == Holder::ours);
  server.kill();
  REQUIRE(lease.take() == Holder::unknown);
  REQUIRE_FALSE(lease.error().empty());
  lease.release();
}
