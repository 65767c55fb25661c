// Ten thousand requests with something wrong: bytes changed, dropped, doubled, cut, framed badly, split
// anywhere. Each connection gets documented statuses or a close, and what is handed on is a valid order.
#include <random>
#include <set>

#include "tests/unit/http/api/world.h"

using namespace tests;

namespace {

using Engine = std::mt19937_64;

std::size_t below(Engine& engine, std::size_t bound) { return static_cast<std::size_t>(engine() % bound); }

std::string chunked(const std::string& body) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx", body.size());
  return "POST /v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string{size} +
         "\r\n" + body + "\r\n0\r\n\r\n";
}

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> all{
      post(keyboard),
      post(keyboard, "Idempotency-Key: \"abc\"\r\nPrefer: wait=1\r\nAuthorization: Bearer x\r\n"),
      post(
          R"({"userId":"u","userEmail":"a@b.cd","items":[{"sku":"k","quantity":2,"price":"24.50"},{"sku":"l","quantity":1,"price":1}],"currency":"EUR","amount":50})"),
      post(
          R"({"userId":"u","userEmail":"a@b.cd","item":"k","amount":0,"discount":5,"reference":"R-1","shipping":{"to":["a"]},"payment":{"token":"pm_1"},"metadata":{"n":1e400}})"),
      post(R"({"orderId":"11111111-2222-4333-8444-555555555555",)" + keyboard.substr(1)),
      chunked(keyboard),
      get("/v1/orders?status=placed&limit=5&cursor=o9"),
      get("/v1/orders/11111111-2222-4333-8444-555555555555", "If-None-Match: \"x\"\r\n"),
      get("/v1/events", "Last-Event-ID: 5\r\n"),
      get("/livez") + post(keyboard) + get("/readyz"),
      "HEAD /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  };
  return all;
}

std::string mutated(Engine& engine) {
  static const std::vector<std::string> tokens{"\r\n",
                                               "\n",
                                               "\r",
                                               "\r\n\r\n",
                                               " ",
                                               ":",
                                               "\t",
                                               "Content-Length: 5\r\n",
                                               "Transfer-Encoding: chunked\r\n",
                                               "Host: b\r\n",
                                               "Connection: close\r\n",
                                               "Expect: 100-continue\r\n",
                                               "HTTP/1.1",
                                               "0\r\n\r\n",
                                               "ffffffff",
                                               "{",
                                               "}",
                                               "[",
                                               "]",
                                               "\"",
                                               "\\u0000",
                                               "\\",
                                               ",",
                                               "-",
                                               "e9",
                                               ".",
                                               "1e400",
                                               "null",
                                               std::string(1, '\0'),
                                               "\xff",
                                               "\xf0\x9f\x98\x80",
                                               "%00",
                                               "../",
                                               "?",
                                               "&",
                                               std::string(300, 'x'),
                                               std::string(5000, '['),
                                               std::string(17'000, 'a')};
  std::string text = seeds()[below(engine, seeds().size())];
  for (std::size_t changes = 1 + below(engine, 4); changes > 0; --changes) {
    const std::size_t at = below(engine, text.size() + 1);
    const std::size_t span = std::min(below(engine, 20), text.size() - at);
    switch (below(engine, 7)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(engine());
        break;
      case 1:
        text.erase(at, span);
        break;
      case 2:
        text.insert(at, text.substr(at, span));
        break;
      case 3:
        text.insert(at, tokens[below(engine, tokens.size())]);
        break;
      case 4:
        text.resize(at);
        break;
      case 5:
        text.replace(at, span, tokens[below(engine, tokens.size())]);
        break;
      default:
        if (at < text.size())
          text[at] = static_cast<char>(text[at] ^ static_cast<char>(1U << below(engine, 8)));
        break;
    }
    if (text.empty()) text = "x";
  }
  return text;
}

void check_order(const saga::Order& order) {
  REQUIRE((order.total_minor >= 0 && order.total_minor <= saga::max_minor));
  REQUIRE((!order.user_id.empty() && order.user_id.size() <= saga::max_user_id_bytes));
  REQUIRE(order.email.find('@') != std::string_view::npos);
  REQUIRE((!order.lines.empty() && order.lines.size() <= saga::max_lines));
  std::int64_t sum = 0;
  for (const saga::Line& line : order.lines) {
    REQUIRE((!line.sku.empty() && line.quantity > 0));
    REQUIRE(saga::printable_text(line.sku, saga::max_sku_characters));
    sum += line.price_minor * line.quantity;
  }
  REQUIRE(sum - order.discount_minor == order.total_minor);
}

}  // namespace

TEST_CASE("10 000 mutated requests: a documented status each, or a close; no bad order gets through") {
  const std::set<int> documented{100, 200, 202, 304, 400, 401, 403, 404, 405, 408,
                                 413, 414, 415, 417, 422, 431, 501, 503, 504, 505};
  Engine engine{20260102};
  World world;
  int answered = 0;
  int admitted = 0;
  int refused = 0;
  for (int round = 0; round < 10'000; ++round) {
    const std::string text = mutated(engine);
    INFO("round " << round << ": " << text.substr(0, 600));
    Client client{world.server.port()};
    const std::size_t split = below(engine, text.size() + 1);
    client.send(text.substr(0, split));
    world.turn();
    client.send(text.substr(split));
    client.half_close();
    // Whatever waits is let go: Redis answers, Kafka acknowledges, orders end and are stored.
    for (int i = 0; i < 3; ++i) {
      world.settle(client);
      world.store.answer();
      world.settle(client);
      while (tape::Record* const record = world.arrival()) {
        check_order(record->order);
        ++admitted;
        world.placed(*record);
        world.rest(*record);
        world.settle(client);
        world.finish(*record);
      }
    }
    const tape::Index end = world.tape.acked.read();
    world.tape.room().give(end - world.tape.stored.read());
    world.tape.stored.move(end);
    // The client has said all it will say, so everything is answered and the connection is gone.
    REQUIRE(client.closed);
    while (!client.in.empty()) {
      if (client.in.starts_with(": welcome")) break;  // a stream, until the client's end was seen
      const std::size_t body = client.in.find("\r\n\r\n") + 4;
      const bool head =
          body == client.in.size() || client.in.compare(body, 9, "HTTP/1.1 ") == 0;  // to a HEAD
      const Reply reply = take_reply(client.in, head);
      REQUIRE(reply.status != 0);
      REQUIRE(documented.count(reply.status) == 1);
      ++answered;
      if (reply.status >= 400) ++refused;
      if (reply.header("Content-Type") == "application/problem+json") REQUIRE(reply.status >= 400);
    }
    REQUIRE(world.server.open_requests() == 0);
  }
  CHECK(answered > 5'000);
  CHECK(refused > 3'000);
  CHECK(admitted > 100);
  CHECK(world.orders.counts().live == 0);
  const Reply metrics = world.ask(get("/metrics"));
  CHECK(metrics.has("saga_http_connections 1\n"));
  CHECK(metrics.has("saga_http_event_streams 0\n"));
}
