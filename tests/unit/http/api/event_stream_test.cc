#include "tests/unit/http/api/world.h"

using namespace tests;

namespace {

/// A follower that has read the answer's head.
std::unique_ptr<Client> follow(World& world, const std::string& headers = {}) {
  auto client = std::make_unique<Client>(world.server.port());
  client->send(get("/v1/events", headers));
  world.settle(*client);
  const std::size_t end = client->in.find("\r\n\r\n");
  REQUIRE(end != std::string::npos);
  CHECK(client->in.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(client->in.find("Content-Type: text/event-stream\r\n") < end);
  client->in.erase(0, end + 4);
  const std::string welcome = ": welcome\n\n";
  CHECK(client->in.starts_with(welcome));
  client->in.erase(0, welcome.size());
  return client;
}

std::string frame(tape::Offset offset, const saga::OrderId& id, int step) {
  return "id: " + std::to_string(offset) + "\ndata: {\"id\":\"" + id.str() + "." + std::to_string(step) +
         "\"}\n\n";
}

/// A whole order, gone again: five events on the tape.
void pass_through(World& world) {
  tape::Record& record = world.place();
  world.rest(record);
  world.turn();
  world.finish(record);
  const tape::Index end = world.tape.acked.read();
  world.tape.room().give(end - world.tape.stored.read());
  world.tape.stored.move(end);
}

}  // namespace

TEST_CASE("every acked event, once, in order, to every reader") {
  World world;
  const auto first = follow(world);
  tape::Record& record = world.place();
  world.settle(*first);
  CHECK(first->in == frame(101, record.order.id, 1));
  first->in.clear();
  const auto second = follow(world);  // from now on
  CHECK(second->in.empty());
  world.rest(record);
  world.settle(*first);
  world.settle(*second);
  std::string expected;
  for (int step = 2; step <= 5; ++step) expected += frame(100 + step, record.order.id, step);
  CHECK(first->in == expected);
  CHECK(second->in == expected);
  CHECK(world.server.open_requests() == 0);
}

TEST_CASE("Last-Event-ID goes on behind it; what is not there any more is a gap") {
  World world;
  tape::Record& record = world.place();
  world.rest(record);
  world.turn();
  std::string expected;
  for (int step = 4; step <= 5; ++step) expected += frame(100 + step, record.order.id, step);
  CHECK(follow(world, "Last-Event-ID: 103\r\n")->in == expected);
  CHECK(follow(world, "Last-Event-ID: 105\r\n")->in.empty());
  CHECK(follow(world, "Last-Event-ID: 100\r\n")->in.starts_with("id: 101\n"));
  CHECK(follow(world, "Last-Event-ID: 99\r\n")->in == "event: gap\ndata: {\"after\":99}\n\n");
  CHECK(follow(world, "Last-Event-ID: 106\r\n")->in == "event: gap\ndata: {\"after\":106}\n\n");
  CHECK(follow(world, "Last-Event-ID: 9223372036854775807\r\n")->in ==
        "event: gap\ndata: {\"after\":9223372036854775807}\n\n");
  CHECK(follow(world, "Last-Event-ID: junk\r\n")->in == "event: gap\ndata: {\"after\":-1}\n\n");
  for (int i = 0; i < 20; ++i) pass_through(world);  // the history is 64 events
  CHECK(follow(world, "Last-Event-ID: 103\r\n")->in.starts_with("event: gap\n"));
  CHECK(follow(world, "Last-Event-ID: 150\r\n")->in.starts_with("id: 151\n"));
}

TEST_CASE("a comment every 15 seconds") {
  World world;
  const auto client = follow(world);
  world.advance(14s);
  world.settle(*client);
  CHECK(client->in.empty());
  world.advance(2s);
  world.settle(*client);
  CHECK(client->in == ":\n\n");
  world.advance(16s);
  world.settle(*client);
  CHECK(client->in == ":\n\n:\n\n");
}

TEST_CASE("a reader that falls out of the history is closed, the others go on") {
  World world;
  const auto fast = follow(world);
  const auto slow = follow(world);
  // Until the slow one's socket is full and it is 64 events behind; it is never read from meanwhile.
  std::string seen;
  bool closed = false;
  for (int i = 0; i < 60'000 && !closed; ++i) {
    pass_through(world);
    fast->read();
    seen += fast->in;
    fast->in.clear();
    REQUIRE_FALSE(fast->closed);
    if (i % 512 == 0) closed = world.ask(get("/metrics")).has("saga_http_event_streams 1\n");
  }
  CHECK(closed);
  fast->in.clear();
  tape::Record& record = world.place();
  world.settle(*fast);
  CHECK(fast->in.ends_with(frame(world.next_offset - 1, record.order.id, 1)));
  // Every frame the slow one did get is whole but the last.
  slow->read();
  const std::size_t whole = slow->in.rfind("\n\n");
  REQUIRE(whole != std::string::npos);
  CHECK(seen.find(slow->in.substr(0, whole)) == 0);
}

TEST_CASE("a reader that leaves is forgotten") {
  World world;
  auto leaving = follow(world);
  auto resetting = follow(world);
  const auto staying = follow(world);
  leaving.reset();
  resetting->send("x");
  pass_through(world);
  resetting.reset();
  pass_through(world);
  world.settle(*staying);
  CHECK(world.ask(get("/metrics")).has("saga_http_event_streams 1\n"));
  pass_through(world);
  world.settle(*staying);
  CHECK(staying->in.find("id: 115\n") != std::string::npos);
}

TEST_CASE("a stream that waits behind a POST begins when its turn comes") {
  World world;
  Client client{world.server.port()};
  client.send(post(keyboard) + get("/v1/events") + get("/livez"));
  world.settle(client);
  CHECK(client.in.empty());
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  world.placed(*record);
  world.settle(client);
  CHECK(take_reply(client.in).status == 202);
  CHECK(client.in.find(": welcome\n\n" + frame(101, record->order.id, 1)) != std::string::npos);
  CHECK(client.in.find("alive") == std::string::npos);  // nothing comes behind a stream
}

TEST_CASE("HEAD on the stream, and closing ends streams") {
  World world;
  Client head{world.server.port()};
  head.send("HEAD /v1/events HTTP/1.1\r\nHost: a\r\n\r\n" + get("/livez"));
  world.settle(head);
  CHECK(take_reply(head.in, true).status == 200);
  CHECK(take_reply(head.in).status == 200);
  const auto client = follow(world);
  world.server.close_listener();
  world.settle(*client);
  CHECK(client->closed);
}
