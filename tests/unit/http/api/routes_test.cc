#include "edge/http/api/auth.h"
#include "edge/http/api/router.h"
#include "edge/http/wire/problem.h"
#include "tests/unit/http/api/world.h"

using namespace tests;
using http::Match;
using http::Method;
using http::Route;

namespace {

http::Token token(const std::string& name, const std::string& secret, bool orders, bool admin) {
  http::Sha256 sha256;
  return {name, sha256.of(secret), orders, admin};
}

}  // namespace

TEST_CASE("routes are found by method and path") {
  CHECK(http::match(Method::post, "/v1/orders").route == Route::place_order);
  CHECK(http::match(Method::post, "/create-order").route == Route::place_order);
  CHECK(http::match(Method::get, "/v1/orders").route == Route::list_orders);
  CHECK(http::match(Method::head, "/v1/orders").route == Route::list_orders);
  const Match one = http::match(Method::get, "/v1/orders/x");
  CHECK(one.route == Route::get_order);
  CHECK(one.parameter == "x");
  const Match cancel = http::match(Method::post, "/v1/orders/x/cancel");
  CHECK(cancel.route == Route::cancel_order);
  CHECK(cancel.parameter == "x");
  CHECK(cancel.scope == http::Scope::orders);
  CHECK(http::match(Method::post, "/v1/orders/x/retry").route == Route::retry_order);
  CHECK(http::match(Method::post, "/v1/orders/x/retry").scope == http::Scope::admin);
  CHECK(http::match(Method::post, "/v1/orders/retry").route == Route::start_bulk_retry);
  CHECK(http::match(Method::get, "/v1/orders/retry").route == Route::show_bulk_retry);
  CHECK(http::match(Method::del, "/v1/orders/retry").scope == http::Scope::admin);
  CHECK(http::match(Method::get, "/v1/stock").route == Route::list_stock);
  CHECK(http::match(Method::get, "/v1/stock/a%2Fb").parameter == "a%2Fb");
  CHECK(http::match(Method::get, "/v1/stock/x").scope == http::Scope::orders);
  CHECK(http::match(Method::put, "/v1/stock/x").route == Route::put_stock);
  CHECK(http::match(Method::put, "/v1/stock/x").scope == http::Scope::admin);
  for (const std::string path :
       {"/v1/orders/", "/v1/orders/x/", "/v1/orders/x/y", "/v1/orders//cancel", "/v1/orders/x/cancel/",
        "/v1/stock/", "/v1/stock/a/b", "/v1", "", "*", "/V1/orders", "/livez/"})
    CHECK(http::match(Method::get, path).verdict == Match::Verdict::no_such_path);
  CHECK(http::match(Method::get, "/problems/x").scope == http::Scope::open);
  World world;
  CHECK(world.ask("GET /problems/not-taken HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .has("sending it again is safe"));
  CHECK(world.ask("GET /problems/x HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 404);
  CHECK(http::match(Method::put, "/v1/orders").verdict == Match::Verdict::no_such_method);
  CHECK(http::match(Method::other, "/").verdict == Match::Verdict::no_such_method);
  CHECK(http::allowed("/v1/orders") == "POST, GET, HEAD, OPTIONS");
  CHECK(http::allowed("/livez") == "GET, HEAD, OPTIONS");
  CHECK(http::allowed("/v1/orders/x") == "GET, HEAD, OPTIONS");
  CHECK(http::allowed("/v1/orders/retry") == "POST, GET, HEAD, DELETE, OPTIONS");
  CHECK(http::allowed("/v1/orders/x/cancel") == "POST, OPTIONS");
  CHECK(http::allowed("/v1/stock/x") == "GET, HEAD, PUT, OPTIONS");
}

TEST_CASE("a problem is one JSON text, whatever its details say") {
  std::string text;
  http::render({.status = 422,
                .detail = "a \"quoted\" \\ thing\n",
                .pointer = "/a",
                .type = "t",
                .title = "T",
                .order_id = "o"},
               text);
  CHECK(
      text ==
      R"({"type":"t","title":"T","status":422,"detail":"a \"quoted\" \\ thing\u000a","pointer":"/a","orderId":"o"})");
  text.clear();
  http::render({.status = 404, .detail = "", .pointer = ""}, text);
  CHECK(text == R"({"type":"about:blank","title":"Not Found","status":404})");
}

TEST_CASE("tokens and their scopes") {
  const std::vector<http::Token> tokens{token("shop", "secret", true, false),
                                        token("ops", "other", false, true)};
  http::Auth auth{tokens};
  using http::Scope;
  using Verdict = http::Auth::Verdict;
  CHECK(auth.check(Scope::orders, "Bearer secret").verdict == Verdict::granted);
  CHECK(auth.check(Scope::orders, "bearer  secret").caller == "shop");
  CHECK(auth.check(Scope::orders, "Bearer other").verdict == Verdict::forbidden);
  CHECK(auth.check(Scope::admin, "Bearer other").verdict == Verdict::granted);
  CHECK(auth.check(Scope::admin, "Bearer secret").verdict == Verdict::forbidden);
  CHECK(auth.check(Scope::open, {}).verdict == Verdict::granted);
  for (const std::string bad :
       {"", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Basic secret", "secret"})
    CHECK(auth.check(Scope::orders, bad).verdict == Verdict::unknown);
  http::Auth open{{}};
  CHECK(open.check(Scope::admin, {}).verdict == Verdict::granted);
}

TEST_CASE("401 and 403 on the wire; what is open stays open") {
  http::Settings settings;
  settings.tokens = {token("shop", "secret", true, false), token("ops", "other", false, true)};
  World world{settings};
  Reply reply = world.ask(post(keyboard));
  CHECK(reply.status == 401);
  CHECK(reply.header("WWW-Authenticate").starts_with("Bearer"));
  CHECK(world.ask(post(keyboard, "Authorization: Bearer nope\r\n")).status == 401);
  CHECK(world.ask(post(keyboard, "Authorization: Bearer other\r\n")).status == 403);
  CHECK(world.ask(get("/v1/orders")).status == 401);
  CHECK(world.ask(get("/v1/events")).status == 401);
  CHECK(world.ask(get("/v1/orders", "Authorization: Bearer secret\r\n")).status == 200);
  const std::string order = "/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057";
  CHECK(world.ask(post("", "", order + "/cancel")).status == 401);
  CHECK(world.ask(post("", "Authorization: Bearer other\r\n", order + "/cancel")).status == 403);
  CHECK(world.ask(post("", "Authorization: Bearer secret\r\n", order + "/retry")).status == 403);
  CHECK(world.ask(get("/v1/stock/a", "Authorization: Bearer secret\r\n")).status == 404);
  CHECK(world.ask(get("/v1/stock/a", "Authorization: Bearer other\r\n")).status == 403);
  for (const std::string path : {"/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/"})
    CHECK(world.ask(get(path)).status == 200);
  CHECK(world.arrival() == nullptr);
}

TEST_CASE("404, 405 with Allow, HEAD without a body") {
  World world;
  CHECK(world.ask(get("/nothing")).status == 404);
  const Reply not_allowed = world.ask("DELETE /v1/orders HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(not_allowed.status == 405);
  CHECK(not_allowed.header("Allow") == "POST, GET, HEAD, OPTIONS");
  Client client{world.server.port()};
  client.send("HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n" + get("/livez"));
  world.settle(client);
  const Reply head = take_reply(client.in, true);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "18");
  CHECK(take_reply(client.in).body == R"({"status":"alive"})");
}

TEST_CASE("before the engine serves, nothing about orders or stock is answered: 503 with the stage") {
  World world{{}, false};
  world.readiness = {false, "standby: engine e owns the topic"};
  const std::string order = "/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057";
  const std::vector<std::string> requests{post(keyboard),
                                          post(keyboard, "Idempotency-Key: k\r\n", "/v1/orders"),
                                          post("", "", order + "/cancel"),
                                          post("", "", order + "/retry"),
                                          get("/v1/orders"),
                                          get(order),
                                          get("/v1/stock/keyboard"),
                                          "PUT /v1/stock/keyboard HTTP/1.1\r\nHost: shop\r\n"
                                          "Content-Length: 13\r\n\r\n{\"onHand\":10}",
                                          get("/v1/events")};
  const auto all_refused = [&] {
    for (const std::string& request : requests) {
      const Reply reply = world.ask(request);
      INFO(request);
      CHECK(reply.status == 503);
      CHECK(reply.header("Retry-After") == "1");
      CHECK(reply.has("this engine does not serve yet: standby: engine e owns the topic"));
      CHECK(reply.has("not-taken") == !request.starts_with("GET"));
    }
  };
  all_refused();
  world.store.up = false;  // whatever else is wrong: one cause, one text
  all_refused();
  CHECK(world.store.asked.empty());
  for (const std::string path : {"/livez", "/metrics", "/openapi.json", "/asyncapi.json", "/"})
    CHECK(world.ask(get(path)).status == 200);
  CHECK(world.ask(get("/readyz")).status == 503);
  world.serve();
  CHECK(world.ask(get("/v1/orders")).status == 200);
  world.orders.close_intake();  // it stops: what it knows it still tells
  CHECK(world.ask(get("/v1/orders")).status == 200);
  CHECK(world.ask(get("/v1/stock/keyboard")).status == 404);
}

TEST_CASE("OPTIONS is 204 with Allow, an unknown method 405") {
  World world;
  for (const std::string target : {"/", "*", "/v1/orders", "/v1/orders/x/cancel"}) {
    const Reply reply = world.ask("OPTIONS " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(reply.status == 204);
    CHECK(reply.header("Allow").ends_with("OPTIONS"));
    CHECK(reply.header("Content-Length").empty());
  }
  CHECK(world.ask("OPTIONS / HTTP/1.0\r\n\r\n").status == 204);
  CHECK(world.ask("OPTIONS /nothing HTTP/1.1\r\nHost: a\r\n\r\n").status == 404);
  for (const std::string method : {"FROB", "QUERY", "DESCRIBE", "PRI", "M-SEARCH", "SOURCE", "get"}) {
    const Reply unknown = world.ask(method + " /v1/orders HTTP/1.1\r\nHost: a\r\n\r\n");
    INFO(method);
    CHECK(unknown.status == 405);
    CHECK(unknown.header("Allow") == "POST, GET, HEAD, OPTIONS");
  }
  CHECK(world.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status == 505);
}

TEST_CASE("health, metrics and the page") {
  World world;
  CHECK(world.ask(get("/readyz")).body == R"({"status":"ready","stage":"open"})");
  world.readiness = {false, "reading the log, offset 4711 of 9000"};
  const Reply starting = world.ask(get("/readyz"));
  CHECK(starting.status == 503);
  CHECK(starting.has("offset 4711 of 9000"));
  const Reply metrics = world.ask(get("/metrics"));
  CHECK(metrics.header("Content-Type").starts_with("text/plain; version=0.0.4"));
  CHECK(metrics.has("saga_http_requests_total{route=\"other\",status=\"2xx\"} 1\n"));
  CHECK(metrics.has("saga_http_requests_total{route=\"other\",status=\"5xx\"} 1\n"));
  CHECK(metrics.has("saga_http_place_seconds_count 0\n"));
  const Reply page = world.ask(get("/"));
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.body == "<!doctype html><p>page");
  CHECK(page.header("Cache-Control") == "no-cache");
  CHECK(page.header("Content-Security-Policy").find("unsafe") == std::string::npos);
  CHECK(world.ask(get("/", "If-None-Match: \"1a\"\r\n")).status == 304);
  const Reply script = world.ask(get("/desk/2b.desk.js"));
  CHECK(script.body == "export {};");
  CHECK(script.header("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(script.header("Cache-Control").find("immutable") != std::string::npos);
  CHECK(world.ask(get("/desk/desk.js")).status == 404);
  const std::string rules = world.ask(get("/desk/2b.mail.html")).header("Content-Security-Policy");
  for (const char* rule :
       {"sandbox allow-scripts;", "default-src 'none'", "script-src 'self'", "frame-ancestors 'self'"})
    CHECK(rules.find(rule) != std::string::npos);
  CHECK(rules.find("allow-same-origin") == std::string::npos);
  CHECK(world.ask(get("/openapi.json")).body.starts_with("{\n\"openapi\":\"3.1.0\""));
  CHECK(world.ask(get("/asyncapi.json")).body.starts_with("{\n\"asyncapi\":\"3.0.0\""));
}

TEST_CASE("the listing: newest first, by status, page by page") {
  World world;
  Client client{world.server.port()};
  std::vector<std::string> ids;
  std::vector<tape::Record*> records;
  for (int i = 0; i < 5; ++i) {
    client.send(post(keyboard));
    world.settle(client);
    records.push_back(world.arrival());
    ids.push_back(records.back()->order.id.str());
    world.placed(*records.back());
    world.settle(client);
    take_reply(client.in);
  }
  world.rest(*records[1]);
  world.turn();
  world.finish(*records[1]);
  client.send(post(keyboard));  // not acked: not shown
  world.settle(client);

  const auto listed = [&](const std::string& query, std::string& cursor) {
    const Reply reply = world.ask(get("/v1/orders" + query));
    REQUIRE(reply.status == 200);
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = reply.body.find(R"("orderId":")", at)) != std::string::npos; ++at)
      found.push_back(reply.body.substr(at + 11, 36));
    const std::size_t next = reply.body.find(R"("nextCursor":)") + 13;
    cursor = reply.body.substr(next, reply.body.size() - next - 1);
    if (cursor.size() > 2 && cursor.front() == '"') cursor = cursor.substr(1, cursor.size() - 2);
    return found;
  };
  std::string cursor;
  CHECK(listed("", cursor) == std::vector<std::string>{ids[4], ids[3], ids[2], ids[1], ids[0]});
  CHECK(cursor == "null");
  CHECK(listed("?limit=2", cursor) == std::vector<std::string>{ids[4], ids[3]});
  CHECK(listed("?limit=2&cursor=" + cursor, cursor) == std::vector<std::string>{ids[2], ids[1]});
  CHECK(listed("?limit=2&cursor=" + cursor, cursor) == std::vector<std::string>{ids[0]});
  CHECK(cursor == "null");
  CHECK(listed("?status=completed", cursor) == std::vector<std::string>{ids[1]});
  for (const std::string query :
       {"?status=lost", "?limit=0", "?limit=501", "?limit=x", "?cursor=x", "?colour=red", "?limit=5x"})
    CHECK(world.ask(get("/v1/orders" + query)).status == 400);
}

TEST_CASE("ETag and If-None-Match") {
  World world;
  tape::Record& record = world.place();
  const std::string path = "/v1/orders/" + record.order.id.str();
  const std::string tag = world.ask(get(path)).header("ETag");
  CHECK(tag.size() == 18);
  const Reply same = world.ask(get(path, "If-None-Match: \"x\", W/" + tag + "\r\n"));
  CHECK(same.status == 304);
  CHECK(same.header("ETag") == tag);
  CHECK(same.header("Content-Length") == "");
  CHECK(world.ask(get(path, "If-None-Match: *\r\n")).status == 304);
  CHECK(world.ask(get(path, "If-None-Match: \"x\"\r\nIf-None-Match: " + tag + "\r\n")).status == 304);
  CHECK(world.ask(get(path, "If-None-Match: \"x\"\r\nIf-None-Match: \"y\"\r\n")).status == 200);
  world.rest(record);
  world.turn();
  const Reply changed = world.ask(get(path, "If-None-Match: " + tag + "\r\n"));
  CHECK(changed.status == 200);
  CHECK(changed.header("ETag") != tag);
  world.finish(record);
  CHECK(world.ask(get(path)).header("ETag") == changed.header("ETag"));
}
