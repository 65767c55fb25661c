// The HTTP edge on its reactor with everything around it, on one thread under a hand-set clock: real sockets
// on loopback, real orders, tape and release. Kafka is a call: ack() says that what a test appended has been
// acknowledged. Redis is a map behind the Store interface, whose answers wait until a test lets them out.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "edge/http/api/server.h"
#include "tests/catch.h"
#include "tests/unit/http/client.h"
#include "tests/world/core.h"
#include "tests/world/held_store.h"

namespace tests {

using namespace std::chrono_literals;

/// The same numbers in every run (the generator is Marsaglia's xorshift64).
class SeededRandom final : public http::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      state_ ^= state_ << 13U;
      state_ ^= state_ >> 7U;
      state_ ^= state_ << 17U;
      byte = static_cast<std::uint8_t>(state_ >> 32U);
    }
  }

 private:
  std::uint64_t state_ = 88172645463325252ULL;
};

struct World : Core {
  explicit World(http::Settings with = {}, bool serving = true, saga::Outside done_outside = {})
      : Core({256, std::size_t{1} << 20, 8}, {.history = std::size_t{1} << 16}),
        settings(std::move(with)),
        outside(done_outside) {
    settings.port = 0;
    settings.hosts = {"shop", "a"};
    release.add_listener(server);
    if (serving) serve();
    REQUIRE(server.start().ok());
  }

  static http::Dependencies dependencies(World& w) {
    return {w.settings,
            w.reactor,
            w.metrics,
            w.random,
            [&w] { return w.readiness; },
            {{"", "text/html; charset=utf-8", "\"1a\"", "<!doctype html><p>page"},
             {"2b.desk.js", "text/javascript; charset=utf-8", "\"2b\"", "export {};"},
             {"2b.mail.html", "text/html; charset=utf-8", "\"2c\"", "<!doctype html><p>frame"}}};
  }

  void serve() {
    server.attach(desk);
    orders.open_intake();
  }
  void turn() {
    reactor.do_work(clock.now());
    release.do_work(clock.now());
    server.do_work(clock.now());
  }
  /// Turns until nothing more happens. Loopback delivers at once, so a few quiet turns are enough.
  void settle(Client& client) {
    for (int quiet = 0; quiet < 3; ++quiet) {
      turn();
      const std::size_t before = client.in.size();
      const bool was_closed = client.closed;
      client.read();
      if (client.in.size() != before || client.closed != was_closed) quiet = 0;
    }
  }
  void advance(engine::Duration by) { clock.advance(by); }

  /// The next order the http edge has handed over; nullptr: none.
  tape::Record* arrival() { return token(saga::HandlerId::order); }
  /// Appends a step of the order and acknowledges it.
  void step(tape::Record& record, saga::EventKind kind, saga::State state,
            saga::Reason reason = saga::Reason::none) {
    if (record.step > 0) REQUIRE(tape.room().take(1) == 1);
    const std::string text =
        R"({"id":")" + record.order.id.str() + "." + std::to_string(++record.step) + "\"}";
    const tape::Index index = tape.append({.record = &record,
                                           .at = clock.now(),
                                           .step = record.step,
                                           .kind = kind,
                                           .state = state,
                                           .reason = reason});
    ack(index, {next_offset++, 100, index + 1}, text);
  }
  /// A client sends an order, and OrderPlaced is acknowledged.
  tape::Record& place();
  void placed(tape::Record& record) { step(record, saga::EventKind::OrderPlaced, saga::State::placed); }
  void rest(tape::Record& record) {
    step(record, saga::EventKind::PaymentConfirmed, saga::State::paid);
    step(record, saga::EventKind::InventoryUpdated, saga::State::reserved);
    step(record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
    step(record, saga::EventKind::NotificationSent, saga::State::completed);
  }

  Reply ask(Client& client, std::string_view request) {
    client.send(request);
    settle(client);
    return take_reply(client.in);
  }
  Reply ask(std::string_view request) {
    Client client{server.port()};
    return ask(client, request);
  }

  http::Settings settings;
  const saga::Outside outside;
  edge::Reactor reactor{clock};
  HeldStore store;
  runtime::Metrics metrics;
  SeededRandom random;
  http::Readiness readiness{true, "open"};
  http::Server server{dependencies(*this)};
  desk::Desk desk{{.orders = orders,
                   .dispatch = dispatch,
                   .stock = stock,
                   .store = store,
                   .tape = tape,
                   .transcript = transcript,
                   .timers = reactor.timers(),
                   .outside = outside,
                   .mails = [](const tape::Record& record) {  // as many as it has steps
                     return R"({"data":[")" + record.order.id.str() + R"(",)" +
                            std::to_string(record.step_count) + "]}";
                   }}};
  tape::Offset next_offset = 101;
};

inline const std::string keyboard =
    R"({"userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com","item":"keyboard","amount":49.99})";

inline std::string id_of(const Reply& reply) {
  const std::size_t at = reply.body.find(R"("orderId":")");
  return at == std::string::npos ? "" : reply.body.substr(at + 11, 36);
}

inline tape::Record& World::place() {
  Client client{server.port()};
  client.send(post(keyboard));
  settle(client);
  tape::Record* const record = arrival();
  REQUIRE(record != nullptr);
  placed(*record);
  settle(client);
  return *record;
}

}  // namespace tests
