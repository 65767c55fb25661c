#include "edge/http/api/stock_fields.h"
#include "handlers/inventory.h"
#include "tests/unit/http/api/world.h"

using namespace tests;

namespace {

std::string put(const std::string& sku, const std::string& body, const std::string& headers = "") {
  return "PUT /v1/stock/" + sku +
         " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

struct Stocked : World {
  /// What inventory gets.
  tape::StockChange* change() {
    tape::Task task;
    if (inboxes.of(saga::HandlerId::inventory).pop({&task, 1}) != 1) return nullptr;
    REQUIRE(task.kind == tape::TaskKind::stock);
    return task.stock;
  }
  void set(tape::StockChange& change) {
    inventory.handle(tape::Task{&change}, clock.now());
    tape::Event event;
    event.stock = &change;
    event.kind = saga::EventKind::StockSet;
    const tape::Index index = tape.append(event);
    ack(index, {next_offset++, 100, index + 1}, "");
  }
  handlers::InventoryHandler inventory;
  std::string level(const std::string& sku) { return ask(get("/v1/stock/" + sku)).body; }
};

/// What a body says, or minus the status it gets.
std::int64_t read(std::string body) {
  const std::size_t size = body.size();
  body.resize(size + 64, '7');
  tape::StockRequest wanted;
  const auto problem = http::read_stock_request(std::string_view{body}.substr(0, size), wanted);
  if (problem) CHECK(problem->type == http::problem_type::invalid_stock);
  return problem ? -problem->status : wanted.amount;
}

}  // namespace

TEST_CASE("the skus that are counted are listed in the order of their bytes, a page at a time") {
  World world;
  const auto listed = [&](const std::string& query) { return world.ask(get("/v1/stock" + query)).body; };
  CHECK(listed("") == R"({"data":[],"nextCursor":null})");
  for (const char* sku : {"cup", "a \"b\"", "vase"}) world.stock.set(sku, 3);
  CHECK(listed("?limit=2") ==
        R"({"data":[{"sku":"a \"b\"","onHand":3},{"sku":"cup","onHand":3}],"nextCursor":"cup"})");
  CHECK(listed("?limit=2&cursor=cup") == R"({"data":[{"sku":"vase","onHand":3}],"nextCursor":null})");
  CHECK(world.ask(get("/v1/stock?limit=0")).status == 400);
  CHECK(world.ask(get("/v1/stock?q=cup")).status == 400);
}

TEST_CASE("a level is set through the log: answered, and seen, at its ack") {
  Stocked world;
  CHECK(world.ask(get("/v1/stock/keyboard")).status == 404);
  Client client{world.server.port()};
  client.send(put("keyboard", R"({"onHand":100})"));
  world.settle(client);
  CHECK(client.in.empty());
  tape::StockChange* const change = world.change();
  REQUIRE(change != nullptr);
  CHECK(change->sku == "keyboard");
  CHECK(change->request.amount == 100);
  CHECK_FALSE(change->request.relative);
  CHECK(world.ask(get("/v1/stock/keyboard")).status == 404);
  world.set(*change);
  world.settle(client);
  const Reply reply = take_reply(client.in);
  CHECK(reply.status == 200);
  CHECK(reply.body == R"({"sku":"keyboard","onHand":100})");
  CHECK(change->waiter == nullptr);
  CHECK(world.level("keyboard") == R"({"sku":"keyboard","onHand":100})");
  world.dispatch.settled(*change);
}

TEST_CASE("a change outlives whoever asked for it: gone, too late, or replaced") {
  Stocked world;
  auto gone = std::make_unique<Client>(world.server.port());
  gone->send(put("a", R"({"onHand":1})"));
  world.settle(*gone);
  gone->give_up();
  gone.reset();
  Client client{world.server.port()};
  world.settle(client);
  tape::StockChange* const abandoned = world.change();
  REQUIRE(abandoned != nullptr);
  CHECK(abandoned->waiter == nullptr);

  client.send(put("b", R"({"onHand":2})"));
  world.settle(client);
  world.advance(31s);
  world.settle(client);
  const Reply late = take_reply(client.in);
  CHECK(late.status == 504);
  CHECK(late.has(R"("type":"/problems/outcome-unknown")"));

  client.send(put("c", R"({"onHand":3})"));
  world.settle(client);
  world.server.answer_unknown();
  world.settle(client);
  CHECK(take_reply(client.in).status == 504);

  world.set(*abandoned);
  world.set(*world.change());
  world.set(*world.change());
  world.settle(client);
  CHECK(client.in.empty());
  CHECK(world.level("a") == R"({"sku":"a","onHand":1})");
  CHECK(world.level("b") == R"({"sku":"b","onHand":2})");
}

TEST_CASE("no room, no intake, no JSON: nothing is set") {
  Stocked world;
  Reply reply = world.ask(put("a", R"({"onHand":-1})"));
  CHECK(reply.status == 422);
  CHECK(reply.has(R"("pointer":"/onHand")"));
  CHECK(reply.has(R"("title":"The stock level is not valid")"));
  std::string form = put("a", R"({"onHand":1})");
  form.replace(form.find("application/json"), 16, "text/plain");
  CHECK(world.ask(form).status == 415);
  CHECK(world.ask(put("%zz", R"({"onHand":1})")).status == 400);
  CHECK(world.ask(get("/v1/stock/%00")).status == 400);
  world.orders.close_intake();
  CHECK(world.ask(put("a", R"({"onHand":1})")).status == 503);
  CHECK(world.ask(get("/v1/stock/a")).status == 404);
  world.orders.open_intake();
  while (world.tape.room().take_for_intake()) {
  }
  reply = world.ask(put("a", R"({"onHand":1})"));
  CHECK(reply.status == 503);
  CHECK(reply.header("Retry-After") == "1");
  CHECK(world.change() == nullptr);
}

TEST_CASE("a level is changed by so much, and its entity tag is a condition") {
  Stocked world;
  Client client{world.server.port()};
  const auto ask = [&](const std::string& body, const std::string& headers = "") {
    client.send(put("a", body, headers));
    world.settle(client);
    if (tape::StockChange* const change = world.change()) world.set(*change);
    world.settle(client);
    return take_reply(client.in);
  };
  CHECK(ask(R"({"change":3})").status == 404);  // nobody counts it
  CHECK(ask(R"({"onHand":5})", "If-Match: *\r\n").status == 412);
  CHECK(ask(R"({"onHand":5})").header("ETag") == "\"5\"");
  const Reply taken = ask(R"({"change":-3})", "If-Match: \"4\", \"5\"\r\n");
  CHECK(taken.status == 200);
  CHECK(taken.body == R"({"sku":"a","onHand":2})");
  CHECK(taken.header("ETag") == "\"2\"");
  const Reply below = ask(R"({"change":-3})");
  CHECK(below.status == 409);
  CHECK(below.has("it is 2"));
  CHECK(ask(R"({"change":1000000000000})").status == 409);
  CHECK(ask(R"({"change":1})", "If-Match: \"5\"\r\n").status == 412);
  CHECK(ask(R"({"change":1})", "If-Match: W/\"2\"\r\n").status == 412);  // compared strongly
  CHECK(ask(R"({"onHand":1})", "If-None-Match: *\r\n").status == 400);
  CHECK(ask(R"({"change":0})", "If-Match: *\r\n").status == 200);
  CHECK(world.level("a") == R"({"sku":"a","onHand":2})");
  const Reply shown = world.ask(get("/v1/stock/a"));
  CHECK(shown.header("ETag") == "\"2\"");
  CHECK(world.ask(get("/v1/stock/a", "If-None-Match: W/\"2\"\r\n")).status == 304);
  CHECK(world.ask(get("/v1/stock/a", "If-None-Match: \"5\"\r\n")).status == 200);
}

TEST_CASE("of two changes from the same level the second is decided by what the first has left") {
  Stocked world;
  Client client{world.server.port()};
  client.send(put("a", R"({"onHand":5})"));
  world.settle(client);
  world.set(*world.change());
  world.settle(client);
  CHECK(take_reply(client.in).status == 200);
  const auto twice = [&](const std::string& body, const std::string& headers) {
    client.send(put("a", body, headers) + put("a", body, headers));
    world.settle(client);
    tape::StockChange* const first = world.change();
    tape::StockChange* const second = world.change();
    REQUIRE((first != nullptr && second != nullptr));
    world.set(*first);
    world.settle(client);
    CHECK(take_reply(client.in).status == 200);
    CHECK(client.in.empty());  // refused, but not before everything that it depends on is acked
    world.set(*second);
    world.settle(client);
    return take_reply(client.in).status;
  };
  CHECK(twice(R"({"change":-1})", "If-Match: \"5\"\r\n") == 412);
  CHECK(world.level("a") == R"({"sku":"a","onHand":4})");
  CHECK(twice(R"({"change":-3})", "") == 409);
  CHECK(world.level("a") == R"({"sku":"a","onHand":1})");
}

TEST_CASE("the body of a level is read strictly") {
  CHECK(read(R"({"onHand":0})") == 0);
  CHECK(read(R"( { "onHand" : 1000000000000 } )") == 1'000'000'000'000);
  for (const std::string wrong :
       {R"({"onHand":1000000000001})", R"({"onHand":-1})", R"({"onHand":1.5})", R"({"onHand":1e2})",
        R"({"onHand":"1"})", R"({"onHand":null})", R"({"onHand":[1]})", R"({"onHand":99999999999999999999})",
        "{}", R"({"onHand":1,"sku":"a"})", R"({"on hand":1})", "[]", "7"})
    CHECK(read(wrong) == -422);
  for (const std::string wrong :
       {"", "{", R"({"onHand":1)", R"({"onHand":1}})", R"({"onHand":1} 7)", R"({"onHand":1,"onHand":1})",
        R"({"onHand":01})", R"({"onHand":1,})", R"({onHand:1})", R"({"onHand":})"})
    CHECK(read(wrong) < -399);
  CHECK(read(R"({"onHand":1,"onHand":1})") == -400);
  CHECK(read(R"({"onHand":7.0})") == 7);
  CHECK(read("\xef\xbb\xbf{\"onHand\":7}") == 7);
  CHECK(read(R"({"change":-1000000000000})") == -1'000'000'000'000);
  CHECK(read(R"({"change":3.0})") == 3);
  CHECK(read(R"({"change":-1000000000001})") == -422);
  CHECK(read(R"({"change":0.5})") == -422);
  CHECK(read(R"({"change":1,"onHand":1})") == -422);
}

TEST_CASE("a sku in a path is percent-decoded, and one that orders may name") {
  CHECK(http::read_sku("keyboard") == "keyboard");
  CHECK(http::read_sku("glass%20vase") == "glass vase");
  CHECK(http::read_sku("a%2Fb%25+c") == "a/b%+c");
  CHECK(http::read_sku("caf%C3%a9") == "caf\xc3\xa9");
  CHECK(http::read_sku(std::string(128, 'x')) == std::string(128, 'x'));
  for (const std::string bad : {"", "%", "%4", "%4x", "%-1", "%00", "%0a", "%7f", "%C2%80", "%C3", "%ff%fe"})
    CHECK(http::read_sku(bad) == std::nullopt);
  CHECK(http::read_sku(std::string(129, 'x')) == std::nullopt);
  std::string japanese;
  for (int i = 0; i < 128; ++i) japanese += "%E3%82%AD";
  CHECK(http::read_sku(japanese).value_or("").size() == 384);
  CHECK(http::read_sku(japanese + "x") == std::nullopt);
  CHECK(http::read_sku("%E2%80%8B") == std::nullopt);  // U+200B
}
