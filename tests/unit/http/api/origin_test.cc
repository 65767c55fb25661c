#include "edge/http/wire/origin.h"

#include "edge/http/api/digest.h"
#include "tests/unit/http/api/world.h"

using namespace tests;

TEST_CASE("without tokens the Host must be ours, and nothing is changed from elsewhere") {
  World world;
  const auto status = [&](const std::string& method, const std::string& headers) {
    const bool post = method == "POST";
    return world
        .ask(method + (post ? " /v1/orders" : " /livez") + " HTTP/1.1\r\n" + headers +
             (post ? "Content-Length: 1\r\n\r\n{" : "\r\n"))
        .status;
  };
  for (const std::string host :
       {"localhost", "LOCALHOST:8080", "127.0.0.1:8080", "10.1.2.3", "[::1]:8080", "shop", "Shop:443"})
    CHECK(status("GET", "Host: " + host + "\r\n") == 200);
  for (const std::string host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "", "127.1"})
    CHECK(status("GET", "Host: " + host + "\r\n") == 403);
  for (const std::string host : {"a b/c@d", "user@localhost", "localhost:x", "[::1", "[::1]x", "a/b"})
    CHECK(status("GET", "Host: " + host + "\r\n") == 400);
  CHECK(world.ask("GET http://evil.example/livez HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 403);
  CHECK(world.ask("GET /livez HTTP/1.0\r\n\r\n").status == 200);
  const std::string ours = "Host: localhost:8080\r\n";
  for (const std::string good : {"Origin: http://localhost:8080\r\n", "Origin: https://shop\r\n",
                                 "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n"})
    CHECK(status("POST", ours + good) == 400);  // seen, and no order
  for (const std::string bad : {"Origin: https://evil.example\r\n", "Origin: null\r\n",
                                "Origin: http://localhost:3000\r\n", "Sec-Fetch-Site: cross-site\r\n"}) {
    CHECK(status("POST", ours + bad) == 403);
    CHECK(status("GET", ours + bad) == 200);
  }
  http::Settings settings;
  http::Sha256 sha256;
  settings.tokens = {{"shop", sha256.of("secret"), true, false}};
  World guarded{settings};
  CHECK(guarded.ask("GET /livez HTTP/1.1\r\nHost: any.example\r\n\r\n").status == 200);
}
