#include "tests/unit/http/api/world.h"

using namespace tests;

TEST_CASE("a POST is answered when its order's first event is acked, not before") {
  World world;
  Client client{world.server.port()};
  client.send(post(keyboard));
  world.settle(client);
  CHECK(client.in.empty());
  CHECK(world.server.open_requests() == 1);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  CHECK(record->order.total_minor == 4999);
  CHECK(record->order.lines[0].sku == "keyboard");
  const std::string id = record->order.id.str();
  const Reply early = world.ask(get("/v1/orders/" + id));  // nothing of it is acked
  CHECK(early.status == 503);
  CHECK(early.header("Retry-After") == "1");
  CHECK(early.has("The outcome is not known"));
  CHECK(early.has(id));

  world.placed(*record);
  world.settle(client);
  const Reply reply = take_reply(client.in);
  CHECK(reply.status == 202);
  CHECK(reply.header("Location") == "/v1/orders/" + id);
  CHECK(reply.body ==
        R"({"orderId":")" + id + R"(","status":"placed","links":{"self":"/v1/orders/)" + id + R"("}})");
  CHECK_FALSE(reply.has("Idempotent-Replayed"));
  CHECK(world.server.open_requests() == 0);

  const Reply shown = world.ask(get("/v1/orders/" + id));
  CHECK(shown.status == 200);
  CHECK(
      shown.has(R"("status":"placed","item":"keyboard","amount":49.99,"amountMinor":4999,"currency":"USD")"));
  CHECK(shown.has(R"("offset":101)"));
  CHECK_FALSE(shown.has("bodyHash"));
}

TEST_CASE("while the log is stalled a new order is not taken, and one that is here already waits on") {
  World world;
  Client client{world.server.port()};
  client.send(post(keyboard));
  world.settle(client);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  world.tape.room().set_log_stalled(true);
  const Reply refused = world.ask(post(keyboard));
  CHECK(refused.status == 503);
  CHECK(refused.header("Retry-After") == "1");
  CHECK(refused.has("not-taken"));
  CHECK(world.arrival() == nullptr);
  world.placed(*record);
  world.settle(client);
  CHECK(take_reply(client.in).status == 202);
  world.tape.room().set_log_stalled(false);
  client.send(post(keyboard));
  world.settle(client);
  CHECK(world.arrival() != nullptr);
}

TEST_CASE("answers come in the order of the requests, whatever is ready first") {
  World world;
  Client client{world.server.port()};
  client.send(post(keyboard) + get("/livez") + post(keyboard));
  world.settle(client);
  CHECK(client.in.empty());  // the one behind waits too
  tape::Record* const first = world.arrival();
  tape::Record* const second = world.arrival();
  REQUIRE((first != nullptr && second != nullptr));
  world.placed(*second);
  world.settle(client);
  CHECK(client.in.empty());
  world.placed(*first);
  world.settle(client);
  CHECK(id_of(take_reply(client.in)) == first->order.id.str());
  CHECK(take_reply(client.in).body == R"({"status":"alive"})");
  CHECK(id_of(take_reply(client.in)) == second->order.id.str());
}

TEST_CASE("no more than 16 requests of a connection are under way; the others are read later") {
  World world;
  Client client{world.server.port()};
  std::string many;
  for (int i = 0; i < 40; ++i) many += post(keyboard);
  client.send(many);
  int answered = 0;
  int arrived = 0;
  while (answered < 40) {
    world.settle(client);
    int under_way = 0;
    while (tape::Record* const record = world.arrival()) {
      world.placed(*record);
      ++under_way;
    }
    REQUIRE(under_way > 0);
    CHECK(under_way <= 16);
    arrived += under_way;
    world.settle(client);
    while (take_reply(client.in).status == 202) ++answered;
  }
  CHECK(arrived == 40);
}

TEST_CASE("after the ack deadline the outcome is unknown; the order lives on") {
  World world;
  Client client{world.server.port()};
  client.send(post(keyboard));
  world.settle(client);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  const std::string id = record->order.id.str();
  world.advance(29s);
  world.settle(client);
  CHECK(client.in.empty());
  world.advance(2s);
  world.settle(client);
  const Reply reply = take_reply(client.in);
  CHECK(reply.status == 504);
  CHECK(reply.has(R"("type":"/problems/outcome-unknown")"));
  CHECK(reply.has(R"("orderId":")" + id));
  CHECK(reply.header("Location") == "/v1/orders/" + id);
  CHECK(reply.header("Content-Type") == "application/problem+json");
  world.placed(*record);
  world.settle(client);
  CHECK(client.in.empty());
  CHECK(world.ask(get("/v1/orders/" + id)).status == 200);
}

TEST_CASE("a replaced engine answers everybody who waits: the outcome is unknown") {
  World world;
  Client waiting{world.server.port()};
  Client asking{world.server.port()};
  waiting.send(post(keyboard));
  asking.send(post(keyboard, "Idempotency-Key: k\r\n"));
  world.settle(waiting);
  world.settle(asking);
  world.server.answer_unknown();
  world.settle(waiting);
  world.settle(asking);
  CHECK(take_reply(waiting.in).status == 504);
  CHECK(take_reply(asking.in).status == 503);  // still asking Redis: not taken
  CHECK(world.store.asked.empty());
}

TEST_CASE("a client that goes away is forgotten, its order is not") {
  World world;
  auto gone = std::make_unique<Client>(world.server.port());
  gone->send(post(keyboard) + post(keyboard, "Idempotency-Key: k\r\n"));
  world.settle(*gone);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  CHECK(world.store.asked.size() == 1);
  gone->send(std::string(1000, 'x'));  // unread bytes: closing resets the connection
  gone.reset();
  Client other{world.server.port()};
  world.settle(other);
  world.placed(*record);
  world.rest(*record);
  world.settle(other);
  CHECK(world.ask(other, get("/v1/orders/" + record->order.id.str())).has(R"("status":"completed")"));
}

TEST_CASE("Prefer: wait is answered with the order at its end, or 202 when the time is up") {
  World world;
  Client patient{world.server.port()};
  patient.send(post(keyboard, "Prefer: wait=5\r\n"));
  world.settle(patient);
  tape::Record* record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.settle(patient);
  CHECK(patient.in.empty());
  world.rest(*record);
  world.settle(patient);
  Reply reply = take_reply(patient.in);
  CHECK(reply.status == 200);
  CHECK(reply.header("Preference-Applied") == "wait=5");
  CHECK(reply.has(R"("status":"completed")"));
  CHECK_FALSE(reply.has("bodyHash"));

  patient.send(post(keyboard, "Prefer: respond-async\r\nPrefer: wait=5\r\n"));
  world.settle(patient);
  record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.advance(6s);
  world.settle(patient);
  reply = take_reply(patient.in);
  CHECK(reply.status == 202);
  CHECK(reply.header("Preference-Applied") == "wait=5");
}

TEST_CASE("no room, no memory, no intake: 503 and nothing is taken") {
  World world;
  world.orders.close_intake();
  const Reply closed = world.ask(post(keyboard));
  CHECK(closed.status == 503);
  CHECK(closed.header("Retry-After") == "1");
  CHECK(closed.has(R"("type":"/problems/not-taken")"));
  world.orders.open_intake();
  Client client{world.server.port()};
  for (int i = 0; i < 16; ++i) {
    std::string many;
    for (int j = 0; j < 16; ++j) many += post(keyboard);
    client.send(many);
    world.settle(client);
    while (tape::Record* const record = world.arrival()) world.placed(*record);
    world.settle(client);
  }
  CHECK(world.orders.counts().live == 256);
  Client late{world.server.port()};
  CHECK(world.ask(late, post(keyboard)).status == 0);  // it waits in line
  world.advance(world.settings.room_deadline + 1ms);
  world.settle(late);
  CHECK(take_reply(late.in).status == 503);
  CHECK(world.arrival() == nullptr);
}

TEST_CASE("a stop ends waiting for an order's end: 202 as soon as its first event is acked") {
  World world;
  Client acked{world.server.port()};
  Client unacked{world.server.port()};
  Client late{world.server.port()};
  const std::string request = post(keyboard, "Prefer: wait=60\r\n");
  acked.send(request);
  world.settle(acked);
  world.placed(*world.arrival());
  world.settle(acked);
  unacked.send(request);
  world.settle(unacked);
  tape::Record* const record = world.arrival();
  CHECK(acked.in.empty());
  world.orders.close_intake();
  world.server.end_waits();
  world.settle(acked);
  CHECK(take_reply(acked.in).status == 202);
  world.settle(unacked);
  CHECK(unacked.in.empty());
  world.placed(*record);
  world.settle(unacked);
  CHECK(take_reply(unacked.in).status == 202);
  CHECK(world.ask(late, request).status == 503);
}

TEST_CASE("what is no order is refused, and reaches nobody") {
  World world;
  CHECK(world.ask(post("{")).status == 400);
  CHECK(world.ask(post("{}")).status == 422);
  CHECK(world.ask(post(keyboard, "", "/v1/nothing")).status == 404);
  std::string form = post(keyboard);
  form.replace(form.find("application/json"), 16, "text/plain");
  CHECK(world.ask(form).status == 415);
  const Reply packed = world.ask(post(keyboard, "Content-Encoding: gzip\r\n"));
  CHECK(packed.status == 415);
  CHECK(packed.header("Accept-Encoding") == "identity");
  CHECK(world.ask(post(keyboard, "Content-Encoding: identity\r\nContent-Encoding: br\r\n")).status == 415);
  CHECK(world.ask(post("{", "Content-Encoding: identity\r\n")).status == 400);
  CHECK(world.ask(post(keyboard, "Idempotency-Key: \"open\r\n")).status == 400);
  CHECK(world.arrival() == nullptr);
  CHECK(world.orders.counts().live == 0);
}
