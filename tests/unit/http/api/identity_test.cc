#include "edge/http/api/identity.h"

#include "edge/http/api/prefer.h"
#include "tests/unit/http/api/world.h"

using namespace tests;

TEST_CASE("an Idempotency-Key, quoted or bare") {
  CHECK(http::idempotency_key("abc") == "abc");
  CHECK(http::idempotency_key("\"abc\"") == "abc");
  CHECK(http::idempotency_key(R"("a\"b\\")") == R"(a"b\)");
  CHECK(http::idempotency_key(std::string(255, 'k')).has_value());
  for (const std::string bad :
       {"", "\"\"", "\"", "\"a", R"("a"b")", R"("a\x")", R"("a\")", "caf\xc3\xa9", "a\tb"})
    CHECK_FALSE(http::idempotency_key(bad).has_value());
  CHECK_FALSE(http::idempotency_key(std::string(256, 'k')).has_value());
}

TEST_CASE("derived ids: the same caller and key, and nothing else, give the same id") {
  http::Sha256 sha256;
  const saga::OrderId id = http::derived_id(sha256, "shop", "key");
  CHECK(http::derived_id(sha256, "shop", "key") == id);
  CHECK(http::derived_id(sha256, "sho", "pkey") != id);
  CHECK(http::derived_id(sha256, "shopk", "ey") != id);
  CHECK(http::derived_id(sha256, "", "4:shopkey") != id);
  CHECK(id.bytes[6] >> 4 == 8);
}

TEST_CASE("Prefer: wait") {
  CHECK(http::preferred_wait("wait=5") == 5);
  CHECK(http::preferred_wait("respond-async, Wait = \"7\"; x=y") == 7);
  CHECK(http::preferred_wait("wait=61") == 60);
  CHECK(http::preferred_wait("wait=99999999999999") == 60);
  CHECK_FALSE(http::preferred_wait("wait=").has_value());
  CHECK_FALSE(http::preferred_wait("wait=-1").has_value());
  CHECK_FALSE(http::preferred_wait("wait=5s").has_value());
  CHECK_FALSE(http::preferred_wait("respond-async").has_value());
}

TEST_CASE("the same key again: one order, the first one's answer") {
  World world;
  const std::string request = post(keyboard, "Idempotency-Key: \"k-1\"\r\n");
  Client first{world.server.port()};
  Client again{world.server.port()};
  first.send(request);
  again.send(request);
  world.settle(first);
  world.settle(again);
  CHECK(world.store.asked.size() == 2);
  CHECK(world.arrival() == nullptr);  // Redis has not answered
  world.store.answer();
  world.settle(first);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  CHECK(world.arrival() == nullptr);  // the second found the first in memory
  world.placed(*record);
  world.settle(first);
  world.settle(again);
  const Reply one = take_reply(first.in);
  const Reply two = take_reply(again.in);
  CHECK(one.status == 202);
  CHECK(two.status == 202);
  CHECK(id_of(one) == id_of(two));
  CHECK(one.header("Idempotent-Replayed") == "");
  CHECK(two.header("Idempotent-Replayed") == "true");
  CHECK(one.header("Location") == two.header("Location"));

  const auto replayed = [&] {
    const Reply reply = world.ask(request);
    CHECK(reply.status == 202);
    CHECK(id_of(reply) == id_of(one));
    CHECK(reply.header("Idempotent-Replayed") == "true");
  };
  const auto other_body = [&] {
    const Reply reply = world.ask(post(keyboard + " ", "Idempotency-Key: k-1\r\n"));
    CHECK(reply.status == 422);
    CHECK(reply.has("idempotency-key-reused"));
  };
  replayed();  // live
  other_body();
  world.rest(*record);
  world.turn();
  replayed();  // ended, not stored
  world.finish(*record);
  replayed();  // finished, in memory
  other_body();
  CHECK(world.arrival() == nullptr);
}

TEST_CASE("that an id belongs to another body is said when that order is acked, not before") {
  World world;
  Client first{world.server.port()}, second{world.server.port()};
  first.send(post(keyboard, "Idempotency-Key: k-1\r\n"));
  world.settle(first);
  world.store.answer();
  world.settle(first);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  second.send(post(keyboard + " ", "Idempotency-Key: k-1\r\n"));
  world.settle(second);
  CHECK(second.in.empty());
  world.placed(*record);
  world.settle(second);
  CHECK(take_reply(second.in).status == 422);
}

TEST_CASE("an id that only Redis knows is replayed from there") {
  World world;
  const std::string id = "11111111-2222-4333-8444-555555555555";
  const std::string body = R"({"orderId":")" + id + R"(",)" + keyboard.substr(1);
  Client client{world.server.port()};
  client.send(post(body));
  world.settle(client);
  world.store.answer();
  world.settle(client);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  CHECK(record->order.id.str() == id);
  world.placed(*record);
  world.rest(*record);
  world.settle(client);
  CHECK(take_reply(client.in).status == 202);
  codec::render_document(*record, world.store.documents[record->order.id]);

  World later;  // a new process, say
  later.store.documents = world.store.documents;
  Client again{later.server.port()};
  const auto ask = [&](const std::string& request) {
    again.send(request);
    later.settle(again);
    later.store.answer();
    later.settle(again);
    return take_reply(again.in);
  };
  const Reply reply = ask(post(body));
  CHECK(reply.status == 202);
  CHECK(reply.header("Idempotent-Replayed") == "true");
  CHECK(id_of(reply) == id);
  CHECK(ask(post(body, "Idempotency-Key: other\r\n")).header("Idempotent-Replayed") ==
        "true");  // orderId decides
  CHECK(ask(post(body + "\n")).status == 422);
  CHECK(ask(post(body, "Prefer: wait=1\r\n")).status == 200);
  CHECK(ask(get("/v1/orders/" + id)).has(R"("status":"completed")"));
  CHECK(ask(get("/v1/orders/11111111-2222-4333-8444-555555555556")).status == 404);
  CHECK(later.arrival() == nullptr);
}

TEST_CASE("a key beside an orderId names the same order, and no other") {
  World world;
  Client client{world.server.port()};
  const std::string id = "11111111-2222-4333-8444-55555555555";
  const auto place = [&](const std::string& body, const std::string& headers) {
    client.send(post(body, headers));
    world.settle(client);
    world.store.answer();
    world.settle(client);
    if (tape::Record* const record = world.arrival()) {
      world.placed(*record);
      world.settle(client);
    }
    return take_reply(client.in);
  };
  const auto with_id = [&](char last) {
    return R"({"orderId":")" + id + last + R"(",)" + keyboard.substr(1);
  };
  CHECK(place(with_id('1'), "Idempotency-Key: k\r\n").status == 202);
  CHECK(place(with_id('1'), "Idempotency-Key: k\r\n").header("Idempotent-Replayed") == "true");
  CHECK(place(with_id('2'), "Idempotency-Key: k\r\n").has("idempotency-key-reused"));
  CHECK(place(keyboard, "Idempotency-Key: k\r\n").status == 422);
  CHECK(place(with_id('2'), "Idempotency-Key: l\r\n").status == 202);

  const Reply by_key = place(keyboard, "Idempotency-Key: m\r\n");
  CHECK(by_key.status == 202);
  CHECK(place(with_id('3'), "Idempotency-Key: m\r\n").status == 422);
  CHECK(place(with_id('3'), "Idempotency-Key: \r\n").status == 400);
  CHECK(place(with_id('3'), "").status == 202);

  // Only Redis knows the order that the key has given its id.
  World later;
  http::Sha256 sha256;
  later.store.documents[http::derived_id(sha256, "", "n")] = "{}";
  Client again{later.server.port()};
  again.send(post(with_id('4'), "Idempotency-Key: n\r\n"));
  later.settle(again);
  later.store.answer();
  later.settle(again);
  CHECK(take_reply(again.in).status == 422);
  CHECK(later.arrival() == nullptr);
}

TEST_CASE("Redis away: orders with an id from outside get 503, the others go on") {
  World world;
  world.store.up = false;
  CHECK(world.ask(post(keyboard, "Idempotency-Key: k\r\n")).status == 503);
  CHECK(world.ask(get("/v1/orders/11111111-2222-4333-8444-555555555556")).status == 503);
  Client client{world.server.port()};
  client.send(post(keyboard));
  world.settle(client);
  CHECK(world.arrival() != nullptr);

  world.store.up = true;  // but silent
  Client keyed{world.server.port()};
  Client asking{world.server.port()};
  keyed.send(post(keyboard, "Idempotency-Key: k\r\n"));
  asking.send(get("/v1/orders/11111111-2222-4333-8444-555555555556"));
  world.settle(keyed);
  world.settle(asking);
  CHECK(world.store.asked.size() == 2);
  world.advance(6s);
  world.settle(keyed);
  world.settle(asking);
  CHECK(take_reply(keyed.in).status == 503);
  CHECK(take_reply(asking.in).status == 503);
  CHECK(world.store.asked.empty());
  CHECK(world.arrival() == nullptr);
}
