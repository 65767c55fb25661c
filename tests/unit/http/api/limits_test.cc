// What the connection answers to what is too much, too slow or not HTTP, and when it closes.
#include "edge/http/wire/limits.h"

#include "tests/unit/http/api/world.h"

using namespace tests;

namespace {

/// The last answer to `request`, after which the connection must be closed.
int refused(World& world, const std::string& request) {
  Client client{world.server.port()};
  client.send(request);
  world.settle(client);
  int status = 0;
  for (Reply reply = take_reply(client.in); reply.status != 0; reply = take_reply(client.in)) {
    status = reply.status;
    if (status >= 400) CHECK(reply.header("Connection") == "close");
  }
  CHECK(client.closed);
  return status;
}

}  // namespace

TEST_CASE("too much, or not HTTP: one answer, then the connection is closed") {
  World world;
  CHECK(refused(world, "hello\r\n\r\n") == 400);
  CHECK(refused(world, get("/livez") + "hello\r\n\r\n" + get("/livez")) == 400);
  CHECK(refused(world, get("/livez", "X: " + std::string(20'000, 'x') + "\r\n")) == 431);
  CHECK(refused(world, get("/" + std::string(5'000, 'x'))) == 414);
  CHECK(refused(world, post(std::string(70'000, ' '))) == 413);
  CHECK(refused(world, post("{}", "Transfer-Encoding: chunked\r\n")) == 400);
  CHECK(refused(world, "GET / HTTP/3.0\r\n\r\n") == 505);
  CHECK(world.server.open_requests() == 0);
  CHECK(world.ask(get("/livez")).status == 200);
}

TEST_CASE("a body of 64 KiB is read, byte by byte or at once") {
  World world;
  const std::string body = keyboard + std::string(http::limits::body_bytes - keyboard.size(), ' ');
  Client client{world.server.port()};
  client.send(post(body));
  world.settle(client);
  REQUIRE(world.arrival() != nullptr);
  Client slow{world.server.port()};
  const std::string request = post(keyboard);
  for (const char c : request) {
    slow.send({&c, 1});
    world.turn();
  }
  world.settle(slow);
  CHECK(world.arrival() != nullptr);
}

TEST_CASE("the head's deadline is absolute: dripping does not move it") {
  World world;
  Client client{world.server.port()};
  const std::string head = get("/livez", "X: " + std::string(100, 'x') + "\r\n");
  for (int second = 0; second < 9; ++second) {
    client.send(head.substr(static_cast<std::size_t>(second), 1));
    world.settle(client);
    world.advance(1s);
  }
  CHECK(client.in.empty());
  world.advance(2s);
  world.settle(client);
  const Reply reply = take_reply(client.in);
  CHECK(reply.status == 408);
  CHECK(reply.header("Connection") == "close");
  CHECK(client.closed);
}

TEST_CASE("the body has a deadline of its own, from the head's end") {
  World world;
  Client client{world.server.port()};
  const std::string request = post(keyboard);
  client.send(request.substr(0, 20));
  world.settle(client);
  world.advance(8s);
  client.send(request.substr(20, request.size() - 40));
  world.settle(client);
  world.advance(19s);
  world.settle(client);
  CHECK(client.in.empty());
  world.advance(2s);
  world.settle(client);
  CHECK(take_reply(client.in).status == 408);
  CHECK(client.closed);
  CHECK(world.arrival() == nullptr);
}

TEST_CASE("an idle connection is closed without a word; one that waits for its answer is not idle") {
  World world;
  Client idle{world.server.port()};
  Client waiting{world.server.port()};
  CHECK(world.ask(idle, get("/livez")).status == 200);
  world.settings.ack_deadline = 1h;
  waiting.send(post(keyboard));
  world.settle(waiting);
  world.advance(76s);
  world.settle(idle);
  world.settle(waiting);
  CHECK(idle.closed);
  CHECK(idle.in.empty());
  CHECK_FALSE(waiting.closed);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.settle(waiting);
  CHECK(take_reply(waiting.in).status == 202);
}

TEST_CASE("Expect: 100-continue is answered before the body, other expectations are not met") {
  World world;
  Client client{world.server.port()};
  const std::string request = post(keyboard, "Expect: 100-continue\r\n");
  client.send(request.substr(0, request.size() - keyboard.size()));
  world.settle(client);
  CHECK(client.in == "HTTP/1.1 100 Continue\r\n\r\n");
  client.in.clear();
  client.send(keyboard);
  world.settle(client);
  CHECK(client.in.empty());
  CHECK(world.arrival() != nullptr);
  CHECK(refused(world, post(keyboard, "Expect: miracles\r\n")) == 417);
  Client eager{world.server.port()};
  eager.send(request);  // the body is there already: no interim answer
  world.settle(eager);
  CHECK(eager.in.empty());
}

TEST_CASE("HTTP/1.0 and Connection: close end the connection after the answer") {
  World world;
  Client old{world.server.port()};
  CHECK(world.ask(old, "GET /livez HTTP/1.0\r\n\r\n").status == 200);
  world.settle(old);
  CHECK(old.closed);
  Client kept{world.server.port()};
  const std::string bench = "GET /livez HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
  for (int i = 0; i < 2; ++i) CHECK(world.ask(kept, bench).header("Connection") == "keep-alive");
  CHECK_FALSE(kept.closed);
  Client polite{world.server.port()};
  const Reply reply = world.ask(polite, get("/livez", "Connection: close\r\n") + get("/livez"));
  CHECK(reply.status == 200);
  CHECK(reply.header("Connection") == "close");
  CHECK(polite.closed);
  CHECK(take_reply(polite.in).status == 0);  // what came behind is not answered
}

TEST_CASE("a client that only closes its own side still gets its answer") {
  World world;
  Client client{world.server.port()};
  client.send(post(keyboard));
  client.half_close();
  world.settle(client);
  CHECK_FALSE(client.closed);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.settle(client);
  CHECK(take_reply(client.in).status == 202);
  CHECK(client.closed);
}

TEST_CASE("a client that does not read is not read from, and closed in the end") {
  World world;
  Client client{world.server.port()};
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += get("/openapi.json");
  for (int i = 0; i < 50; ++i) {
    client.send(many);
    world.turn();
  }
  CHECK(world.server.open_requests() > 0);
  CHECK(world.server.open_requests() <= 100);  // what is unsent is bounded, so what is read is too
  world.advance(31s);
  for (int i = 0; i < 5; ++i) world.turn();
  CHECK(world.server.open_requests() == 0);
  CHECK(world.ask(get("/metrics")).has("saga_http_connections 1\n"));
}

TEST_CASE("more connections than allowed are turned away with 503") {
  http::Settings settings;
  settings.connections = 2;
  World world{settings};
  Client one{world.server.port()};
  auto two = std::make_unique<Client>(world.server.port());
  Client three{world.server.port()};
  world.settle(three);
  CHECK(take_reply(three.in).status == 503);
  CHECK(three.closed);
  CHECK(world.ask(one, get("/livez")).status == 200);
  two.reset();
  world.settle(one);
  world.settle(one);
  CHECK(world.ask(get("/livez")).status == 200);
}

TEST_CASE("closing: idle connections end, answers still leave and say so") {
  World world;
  Client idle{world.server.port()};
  Client waiting{world.server.port()};
  CHECK(world.ask(idle, get("/livez")).status == 200);
  waiting.send(post(keyboard));
  world.settle(waiting);
  world.server.close_listener();
  world.settle(idle);
  world.settle(waiting);
  CHECK(idle.closed);
  CHECK_FALSE(waiting.closed);
  CHECK(world.server.open_requests() == 1);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.settle(waiting);
  const Reply reply = take_reply(waiting.in);
  CHECK(reply.status == 202);
  CHECK(reply.header("Connection") == "close");
  CHECK(waiting.closed);
  CHECK(world.server.open_requests() == 0);
}

TEST_CASE("a port that is taken is an error in words") {
  World world;
  http::Settings settings;
  settings.port = world.server.port();
  World other;
  other.settings.port = world.server.port();
  http::Server server{World::dependencies(other)};
  CHECK(server.start().error() ==
        "cannot listen on 127.0.0.1:" + std::to_string(world.server.port()) + ": Address already in use");
  other.settings.host = "no such host";
  CHECK(server.start().error().starts_with("cannot listen on no such host:"));
}
