// What clients may make the server hold: answers that are unsent or wait behind another, pages, slow readers.
#include <sys/ioctl.h>

#include <set>

#include "edge/http/api/limits.h"
#include "tests/unit/http/api/world.h"

using namespace tests;
namespace limits = http::limits;

namespace {

/// A body of some 30 KB in the listing: every character of its skus is escaped.
std::string large_order() {
  std::string body = R"({"userId":"u","userEmail":"you@example.com","items":[)";
  for (int i = 0; i < 100; ++i) {
    if (i > 0) body += ',';
    body += R"({"sku":")" + std::to_string(100 + i);
    for (int j = 0; j < 120; ++j) body += R"(\")";
    body += R"(","quantity":1,"price":"1.00"})";
  }
  return body + "]}";
}

struct Full {
  static constexpr std::size_t orders = 40;

  Full() {
    for (std::size_t i = 0; i < orders; ++i) {
      client.send(post(large_order()));
      world.settle(client);
      records.push_back(world.arrival());
      REQUIRE(records.back() != nullptr);
      world.placed(*records.back());
      world.settle(client);
      REQUIRE(take_reply(client.in).status == 202);
    }
  }
  std::size_t held() {
    const std::string text = world.ask(get("/metrics")).body;
    const std::string name = "\nsaga_http_held_bytes ";
    return std::stoul(text.substr(text.find(name) + name.size()));
  }

  World world;
  Client client{world.server.port()};
  std::vector<tape::Record*> records;
};

/// One that waits for its order, with listings behind it.
std::unique_ptr<Client> waiter(World& world, int listings) {
  auto client = std::make_unique<Client>(world.server.port());
  std::string requests = post(keyboard, "Prefer: wait=60\r\n");
  for (int i = 0; i < listings; ++i) requests += get("/v1/orders?limit=500");
  client->send(requests);
  world.settle(*client);
  return client;
}

}  // namespace

TEST_CASE("answers that wait behind one are bounded in bytes, and their memory is given back") {
  Full full;
  CHECK(full.held() == 0);
  auto client = waiter(full.world, 15);
  CHECK(full.held() > limits::held_bytes);
  CHECK(full.held() < limits::held_bytes + limits::listing_bytes);
  SECTION("when the client goes") {
    client->give_up();
    client.reset();
    full.world.settle(full.client);
    CHECK(full.held() == 0);
  }
  SECTION("when they leave, and the requests behind them are answered too") {
    tape::Record* const record = full.world.arrival();
    REQUIRE(record != nullptr);
    full.world.placed(*record);
    full.world.rest(*record);
    int answers = 0;
    for (int turns = 0; turns < 1000 && answers < 16; ++turns) {
      full.world.settle(*client);
      while (take_reply(client->in).status == 200) ++answers;
    }
    CHECK(answers == 16);
    CHECK(full.held() == 0);
  }
}

TEST_CASE("what waits for Redis counts as well") {
  Full full;
  full.world.store.documents.clear();
  Client client{full.world.server.port()};
  for (int i = 0; i < 10; ++i) {  // blanks are not kept, what the order says is
    std::string body = large_order();
    body.insert(1, std::string(20'000, ' '));
    client.send(post(body, "Idempotency-Key: " + std::to_string(i) + "\r\n"));
    full.world.settle(client);
  }
  CHECK(full.world.store.asked.size() == 10);
  CHECK(full.held() > 10 * 100 * sizeof(saga::Line));
  CHECK(full.held() < 10 * 30'000);
  for (int turns = 0; turns < 4; ++turns) {
    full.world.store.answer();
    full.world.settle(client);
  }
  CHECK(full.world.orders.counts().live == Full::orders + 10);
  CHECK(full.held() == 0);
}

TEST_CASE("what all clients hold has a bound: who holds most is closed, the others are served") {
  Full full;
  Client small{full.world.server.port()};
  small.send(post(keyboard, "Prefer: wait=60\r\n"));
  full.world.settle(small);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 80; ++i) {
    clients.push_back(waiter(full.world, 15));
    REQUIRE(full.world.ask(get("/livez")).status == 200);
  }
  CHECK(full.held() < limits::held_bytes_of_all);
  std::size_t closed = 0;
  for (const auto& client : clients) {
    client->read();
    if (client->closed) ++closed;
  }
  CHECK(closed > 10);
  CHECK(closed < 40);
  full.world.settle(small);
  CHECK_FALSE(small.closed);
  for (const auto& client : clients) client->give_up();
  clients.clear();
  full.world.settle(small);
  CHECK(full.held() == 0);
}

TEST_CASE("a page is bounded in bytes: the next one goes on behind it") {
  Full full;
  std::string query = "?limit=500";
  std::set<std::string> seen;
  int pages = 0;
  SECTION("all in memory") {}
  SECTION("some in Redis") {
    for (std::size_t i = 0; i < Full::orders; i += 2) {
      tape::Record& record = *full.records[i];
      full.world.step(record, saga::EventKind::PaymentConfirmed, saga::State::paid);
      full.world.step(record, saga::EventKind::InventoryUpdated, saga::State::reserved);
      full.world.step(record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
      full.world.turn();
      codec::render_document(record, full.world.store.documents[record.order.id]);
      record.stored_step = record.step_count;
      full.world.orders.spill(record);
    }
  }
  for (; !query.empty(); ++pages) {
    full.client.send(get("/v1/orders" + query));
    full.world.settle(full.client);
    while (!full.world.store.asked.empty()) {
      full.world.store.answer();
      full.world.settle(full.client);
    }
    const Reply reply = take_reply(full.client.in);
    REQUIRE(reply.status == 200);
    CHECK(reply.body.size() < limits::listing_bytes + 1000);
    for (std::size_t at = 0; (at = reply.body.find(R"("orderId":")", at)) != std::string::npos; ++at)
      CHECK(seen.insert(reply.body.substr(at + 11, 36)).second);
    const std::size_t next = reply.body.find(R"("nextCursor":")");
    query = next == std::string::npos
                ? ""
                : "?limit=500&cursor=" + reply.body.substr(next + 14, reply.body.size() - next - 16);
  }
  CHECK(seen.size() == Full::orders);
  CHECK(pages == 2);
}

namespace {

/// A client that has asked for much more than the kernel keeps for it, and reads nothing.
struct Slow {
  explicit Slow(World& world) : client(world.server.port(), 1 << 16) {
    std::string many;
    for (int i = 0; i < 400; ++i) many += get("/openapi.json");
    for (int i = 0; i < 20; ++i) {
      client.send(many);
      world.turn();
    }
  }
  /// Reads about `bytes`, as the server sends more.
  void take(World& world, std::size_t bytes) {
    const std::size_t wanted = client.in.size() + bytes;
    for (int turns = 0; turns < 10'000 && client.in.size() < wanted && !client.closed; ++turns) {
      client.read_some(4096);
      world.turn();
    }
  }
  Client client;
};

}  // namespace

TEST_CASE("a client that takes its answers too slowly is closed; one that keeps up is not") {
  World world;
  Slow drips{world};
  Slow reads{world};
  CHECK(world.server.open_requests() > 0);
  for (int i = 0; i < 3; ++i) {
    drips.take(world, 3000);
    reads.take(world, 4 * limits::taken_bytes);
    world.advance(10s);
    world.turn();
    world.turn();
  }
  drips.client.read();
  CHECK(drips.client.closed);
  CHECK_FALSE(reads.client.closed);
  reads.take(world, 4 * limits::taken_bytes);
  CHECK_FALSE(reads.client.closed);
}

TEST_CASE("at a stop, what a client does not take has about a second") {
  World world;
  Slow slow{world};
  world.server.close_listener();
  world.turn();
  CHECK(world.server.open_requests() > 0);
  world.advance(1100ms);
  world.turn();
  world.turn();
  CHECK(world.server.open_requests() == 0);
}
