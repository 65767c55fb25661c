#include "edge/redis/owner.h"

#include <atomic>
#include <functional>

#include "tests/catch.h"
#include "tests/unit/redis/server.h"

using namespace std::chrono_literals;
using redis::Owner;
using Lease = Owner::Lease;

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
  Owner first(server.url(), "first", "orders", nobody), second(server.url(), "second", "orders", nobody);
  REQUIRE(second.look() == Lease::nobody);
  REQUIRE(first.take() == Lease::ours);
  REQUIRE(second.take() == Lease::other);
  REQUIRE(second.look() == Lease::other);
  REQUIRE(second.other() == "first");
  REQUIRE(first.take() == Lease::ours);  // renewed
  first.release();
  REQUIRE(second.take() == Lease::ours);
}

TEST_CASE("giving back removes no other engine's lease") {
  tests::RedisServer server;
  Owner first(server.url(), "first", "orders", nobody), second(server.url(), "second", "orders", nobody),
      third(server.url(), "third", "orders", nobody);
  REQUIRE(first.take() == Lease::ours);
  REQUIRE(second.seize() == Lease::ours);
  first.release();
  REQUIRE(third.take() == Lease::other);
  REQUIRE(third.other() == "second");
}

TEST_CASE("a lease of another topic is told from one of ours, and is not taken") {
  tests::RedisServer server;
  Owner neighbour(server.url(), "first", "parcels", nobody), ours(server.url(), "second", "orders", nobody);
  REQUIRE(neighbour.take() == Lease::ours);
  REQUIRE(ours.look() == Lease::other_topic);
  REQUIRE(ours.take() == Lease::other_topic);
  REQUIRE(ours.seize() == Lease::other_topic);
  REQUIRE(ours.other() == "first");
  REQUIRE(ours.topic() == "parcels");
  ours.release();
  REQUIRE(neighbour.look() == Lease::ours);
}

TEST_CASE("a lease without a topic is of an older engine of ours") {
  tests::RedisServer server;
  server.ask({"SET", "saga:owner", "first"});
  Owner owner(server.url(), "second", "orders", nobody);
  REQUIRE(owner.take() == Lease::other);
  REQUIRE(owner.other() == "first");
  REQUIRE(owner.seize() == Lease::ours);
}

TEST_CASE("an engine of another topic does not make one give way, which takes its lease again") {
  tests::RedisServer server;
  Owner owner(server.url(), "first", "orders", nobody);
  REQUIRE(owner.take() == Lease::ours);
  owner.keep();
  server.ask({"SET", "saga:owner", "second parcels"});
  std::this_thread::sleep_for(2 * Owner::renewal);  // it may have looked
  server.ask({"DEL", "saga:owner"});
  until([&] { return server.ask({"GET", "saga:owner"}) == "first orders"; });
  REQUIRE_FALSE(owner.lost());
}

TEST_CASE("a lease that nobody renews runs out") {
  tests::RedisServer server;
  Owner owner(server.url(), "first", "orders", nobody);
  REQUIRE(owner.take() == Lease::ours);
  const auto left = std::stoll(server.ask({"PTTL", "saga:owner"}));
  REQUIRE(left > 0);
  REQUIRE(left <= Owner::lease.count());
}

TEST_CASE("a lease is renewed while Redis has no memory for writes") {
  tests::RedisServer server;
  Owner owner(server.url(), "first", "orders", nobody);
  REQUIRE(owner.take() == Lease::ours);
  server.ask({"PEXPIRE", "saga:owner", "1000"});
  server.ask({"CONFIG", "SET", "maxmemory", "1"});
  REQUIRE(owner.take() == Lease::ours);
  REQUIRE(std::stoll(server.ask({"PTTL", "saga:owner"})) > 1000);
}

TEST_CASE("a kept lease is renewed, also after Redis has forgotten it; one taken by another is left alone") {
  tests::RedisServer server;
  std::atomic<bool> lost{false};
  Owner owner(server.url(), "first", "orders", [&](std::string_view other) { lost = other == "second"; });
  REQUIRE(owner.take() == Lease::ours);
  owner.keep();
  server.ask({"FLUSHALL"});
  until([&] { return server.ask({"GET", "saga:owner"}) == "first orders"; });
  server.ask({"SET", "saga:owner", "second orders"});
  until([&] { return lost.load(); });
  REQUIRE(owner.lost());
  owner.release();
  REQUIRE(server.ask({"GET", "saga:owner"}) == "second orders");
}

TEST_CASE("without Redis the lease is unknown, and giving it back does not hang") {
  tests::RedisServer server;
  Owner owner(server.url(), "first", "orders", nobody);
  REQUIRE(owner.take() == Lease::ours);
  server.kill();
  REQUIRE(owner.take() == Lease::unknown);
  REQUIRE_FALSE(owner.error().empty());
  owner.release();
}
