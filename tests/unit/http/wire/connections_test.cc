// The wire by itself: whatever answers, at once or later.
#include "edge/http/wire/connections.h"

#include <memory>

#include "engine/runtime/clock.h"
#include "tests/unit/http/client.h"

using namespace tests;

namespace {

constexpr std::array<std::string_view, 2> groups{"other", "late"};

struct World : http::Responder, http::Pending {
  World() { REQUIRE(connections.start().ok()); }

  void respond(const http::Request& request, http::Exchange& exchange) override {
    if (request.path != "/later") return exchange.answer({200, "text/plain", {}, request.path});
    exchange.belongs_to(1);
    exchange.answered_later_by(*this);
    late = &exchange;
  }
  void abandoned() override { late = nullptr; }

  void settle(Client& client) {
    for (int quiet = 0; quiet < 3; ++quiet) {
      reactor.do_work(clock.now());
      if (connections.flush() > 0) quiet = 0;
      client.read();
    }
  }

  http::WireSettings settings{.port = 0, .connections = 2};
  runtime::ManualClock clock;
  edge::Reactor reactor{clock};
  http::Exchange* late = nullptr;
  http::Connections connections{settings, reactor, *this, groups};
};

}  // namespace

TEST_CASE("answers leave in the order of the requests, though one comes later") {
  World world;
  Client client{world.connections.port()};
  client.send(get("/a") + get("/later") + get("/b"));
  world.settle(client);
  CHECK(take_reply(client.in).body == "/a");
  CHECK(client.in.empty());
  CHECK(world.connections.open_requests() == 2);
  REQUIRE(world.late != nullptr);
  world.late->answer({202, "text/plain", {}, "at last"});
  world.settle(client);
  CHECK(take_reply(client.in).body == "at last");
  CHECK(take_reply(client.in).body == "/b");
  CHECK(world.connections.open_requests() == 0);
  runtime::Metrics metrics;
  world.connections.add_metrics(metrics);
  CHECK(metrics.render().find(R"(saga_http_requests_total{route="late",status="2xx"} 1)") !=
        std::string::npos);
  CHECK(metrics.render().find(R"(saga_http_requests_total{route="other",status="2xx"} 2)") !=
        std::string::npos);
}

TEST_CASE(
    "a client that goes while its answer is awaited is forgotten; there are no more connections than may "
    "be") {
  World world;
  auto gone = std::make_unique<Client>(world.connections.port());
  gone->send(get("/later"));
  world.settle(*gone);
  REQUIRE(world.late != nullptr);
  Client second{world.connections.port()};
  Client third{world.connections.port()};
  world.settle(second);
  world.settle(third);
  CHECK(take_reply(third.in).status == 503);
  CHECK(third.closed);
  gone->give_up();
  gone.reset();
  world.settle(second);
  CHECK(world.late == nullptr);
  CHECK(world.connections.open_requests() == 0);
}

TEST_CASE("closed, the wire gives the last answers and takes nobody new") {
  World world;
  Client idle{world.connections.port()};
  Client waiting{world.connections.port()};
  waiting.send(get("/later"));
  world.settle(idle);
  world.settle(waiting);
  world.connections.close();
  world.settle(idle);
  CHECK(idle.closed);
  REQUIRE(world.late != nullptr);
  world.late->answer({200, "text/plain", {}, "bye"});
  world.settle(waiting);
  const Reply reply = take_reply(waiting.in);
  CHECK(reply.body == "bye");
  CHECK(reply.header("Connection") == "close");
  CHECK(waiting.closed);
}
