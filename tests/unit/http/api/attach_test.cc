// The server outlives the engine behind it.
#include "tests/unit/http/api/world.h"

using namespace tests;

TEST_CASE("detached, everybody who waits is answered, and connections stay and get 503") {
  World world;
  Client waiting{world.server.port()};
  Client asking{world.server.port()};
  Client looking{world.server.port()};
  waiting.send(post(keyboard) + get("/livez"));
  asking.send(post(keyboard, "Idempotency-Key: k\r\n"));
  looking.send(get("/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057"));
  for (Client* client : {&waiting, &asking, &looking}) world.settle(*client);
  CHECK(world.server.open_requests() == 4);
  world.readiness = {false, "reading the checkpoint from Redis"};
  world.server.detach();
  CHECK(world.store.asked.empty());
  for (Client* client : {&waiting, &asking, &looking}) world.settle(*client);
  CHECK(take_reply(waiting.in).status == 504);
  CHECK(take_reply(waiting.in).status == 200);
  CHECK(take_reply(asking.in).status == 503);
  CHECK(take_reply(looking.in).status == 503);
  CHECK(world.server.open_requests() == 0);
  for (Client* client : {&waiting, &asking, &looking}) {
    CHECK_FALSE(client->closed);
    const Reply refused = world.ask(*client, post(keyboard));
    CHECK(refused.status == 503);
    CHECK(refused.has("this engine does not serve yet: reading the checkpoint from Redis"));
    CHECK(world.ask(*client, get("/livez")).status == 200);
    CHECK(world.ask(*client, get("/readyz")).status == 503);
    CHECK(world.ask(*client, get("/metrics")).status == 200);
  }
  Client late{world.server.port()};
  CHECK(world.ask(late, get("/livez")).status == 200);

  World next;  // another engine, behind the same server
  world.server.attach(next.desk);
  CHECK(world.ask(waiting, post(keyboard)).status == 0);
  tape::Record* const record = next.arrival();
  REQUIRE(record != nullptr);
  next.placed(*record);
  next.turn();
  CHECK(world.ask(waiting, get("/livez")).status == 202);
  world.server.detach();
}

TEST_CASE("a desk's metrics are shown while it is attached, beside the server's own") {
  World world{{}, false};
  runtime::Metrics more;
  runtime::Counter counter;
  more.add("saga_engine_things_total", "", "Things", counter);
  world.server.attach(world.desk, &more);
  const std::string with = world.ask(get("/metrics")).body;
  CHECK(with.find("saga_engine_things_total 0") != std::string::npos);
  CHECK(with.find("saga_http_connections ") != std::string::npos);
  world.server.detach();
  const std::string without = world.ask(get("/metrics")).body;
  CHECK(without.find("saga_engine_things_total") == std::string::npos);
  CHECK(without.find("saga_http_connections ") != std::string::npos);
}

TEST_CASE("an event stream goes on over the next engine, and says that something may be missing") {
  World world;
  Client reader{world.server.port()};
  reader.send(get("/v1/events"));
  world.settle(reader);
  const Reply posted = world.ask(post(keyboard));
  tape::Record* record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.settle(reader);
  CHECK(reader.in.find("id: 101\n") != std::string::npos);
  reader.in.clear();
  world.server.detach();
  world.advance(16s);
  world.settle(reader);
  CHECK(reader.in.find(":\n\n") != std::string::npos);  // a sign of life all the same
  CHECK_FALSE(reader.closed);
  reader.in.clear();

  World next;
  next.next_offset = 205;
  next.release.add_listener(world.server);
  world.server.attach(next.desk);
  Client client{world.server.port()};
  client.send(post(keyboard));
  world.settle(client);
  record = next.arrival();
  REQUIRE(record != nullptr);
  next.placed(*record);
  next.turn();
  world.settle(reader);
  const std::size_t gap = reader.in.find("event: gap\ndata: {\"after\":101}\n\n");
  REQUIRE(gap != std::string::npos);
  CHECK(reader.in.find("id: 205\n") > gap);
  world.server.detach();
}

TEST_CASE("a reader that has half an event when the engine goes gets the other half") {
  World world;
  Client slow{world.server.port(), 2048};
  slow.send(get("/v1/events"));
  world.settle(slow);
  std::string sent;
  for (int i = 0; i < 400; ++i) {
    Client client{world.server.port()};
    client.send(post(keyboard));
    world.settle(client);
    tape::Record* const record = world.arrival();
    if (record == nullptr) break;
    world.placed(*record);
    world.turn();
  }
  world.server.detach();
  for (int i = 0; i < 2000; ++i) {
    slow.read_some(512);
    world.turn();
  }
  // Every event that has begun is whole: a blank line behind each.
  const std::size_t last = slow.in.rfind("id: ");
  REQUIRE(last != std::string::npos);
  CHECK(slow.in.find("\n\n", last) != std::string::npos);
  CHECK_FALSE(slow.closed);
}
