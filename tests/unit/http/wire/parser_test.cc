#include "edge/http/wire/parser.h"

#include <string>
#include <vector>

#include "edge/http/wire/limits.h"
#include "tests/catch.h"

namespace {

using Status = http::Parser::Status;

/// What becomes of `text`, given in pieces: the first `split` bytes, then everything.
struct Outcome {
  std::vector<std::string> requests;  // "path|query|body|keep"
  int refused = 0;
  bool partial = false;
  bool operator==(const Outcome&) const = default;
};

Outcome run(const std::string& text, std::size_t split) {
  http::HeadReader head;
  http::Parser parser{head};
  Outcome outcome;
  std::vector<char> left;
  std::size_t fed = 0;
  for (const std::size_t end : {split, text.size()}) {
    // A new place for every call, as when bytes move from the shared buffer to the connection's own.
    std::vector<char> data = left;
    data.insert(data.end(), text.begin() + static_cast<std::ptrdiff_t>(fed),
                text.begin() + static_cast<std::ptrdiff_t>(end));
    fed = end;
    std::size_t at = 0;
    outcome.partial = false;
    while (true) {
      const Status status = parser.parse(data.data() + at, data.size() - at);
      if (status == Status::need_more) {
        outcome.partial = !parser.empty(data.size() - at);
        break;
      }
      if (status == Status::refused) {
        outcome.refused = parser.refusal().status;
        return outcome;
      }
      const http::Request& request = parser.request();
      outcome.requests.push_back(std::string{request.path} + "|" + std::string{request.query} + "|" +
                                 std::string{request.body} + "|" + (request.keep_alive ? "keep" : "close"));
      at += parser.consumed();
      parser.reset();
    }
    left.assign(data.begin() + static_cast<std::ptrdiff_t>(at), data.end());
  }
  return outcome;
}

Outcome whole(const std::string& text) { return run(text, text.size()); }

void check_every_split(const std::string& text, const Outcome& expected) {
  for (std::size_t split = 0; split <= text.size(); ++split) {
    INFO("split at " << split << " of: " << text.substr(0, 200));
    const Outcome outcome = run(text, split);
    REQUIRE(outcome.requests == expected.requests);
    REQUIRE(outcome.refused == expected.refused);
    REQUIRE(outcome.partial == expected.partial);
  }
}

const std::string host = "Host: shop\r\n";

}  // namespace

TEST_CASE("good requests are the same wherever their bytes are split") {
  check_every_split("GET /v1/orders?limit=5 HTTP/1.1\r\n" + host + "\r\n", {{"/v1/orders|limit=5||keep"}});
  check_every_split("POST /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello", {{"/a||hello|keep"}});
  check_every_split("POST /a HTTP/1.1\r\n" + host +
                        "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n",
                    {{"/a||hello|keep"}});
  check_every_split("GET /1 HTTP/1.1\r\n" + host + "\r\nPOST /2 HTTP/1.1\r\nContent-Length: 2\r\n" + host +
                        "\r\nokGET /3 HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n",
                    {{"/1|||keep", "/2||ok|keep", "/3|||close"}});
  check_every_split("\r\n\r\nGET / HTTP/1.1\r\n" + host + "\r\n", {{"/|||keep"}});
  check_every_split("GET / HTTP/1.0\r\n\r\n", {{"/|||close"}});
  check_every_split("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {{"/|||keep"}});
  check_every_split("GET http://shop/x?y HTTP/1.1\r\n" + host + "\r\n", {{"/x|y||keep"}});
  check_every_split("GET / HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                    {{"/|||keep"}});
}

TEST_CASE("bad framing is refused wherever its bytes are split") {
  const std::vector<std::pair<std::string, int>> table{
      {"GET / HTTP/1.1\r\n\r\n", 400},                                          // no Host
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},                       // two of them
      {"GET / HTTP/1.1\n" + host + "\r\n", 400},                                // bare LF
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},                                 //
      {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},                         // bare CR
      {"GET / HTTP/1.1\r\n" + host + "A: b\r\n folded\r\n\r\n", 400},           // obs-fold
      {"GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400},                     // blank before the colon
      {"GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n", 400},                  //
      {"GET / HTTP/1.1\r\n" + host + ": empty\r\n\r\n", 400},                   //
      {"GET / HTTP/1.1\r\n" + host + std::string("A: b\0c\r\n\r\n", 10), 400},  // NUL
      {"GET / HTTP/1.1\r\n" + host + "A: b\x01\r\n\r\n", 400},                  // a control character
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},                             //
      {"GET / HTTP/1.1 x\r\n" + host + "\r\n", 400},                            //
      {"hello\r\n\r\n", 400},                                                   //
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},                              //
      {"GET / HTTP/0.9\r\n" + host + "\r\n", 505},                              //
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5, 5\r\n\r\nhello", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: +5\r\n\r\nhello", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: -5\r\n\r\nhello", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 0x5\r\n\r\nhello", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: \r\n\r\nhello", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 65537\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\n" + host +
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n10001\r\n", 413},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n", 413},
      {"POST / HTTP/1.1\r\n" + host + "Expect: a miracle\r\n\r\n", 417},
      {"GET / HTTP/1.1\r\n" + host + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400},
  };
  for (const auto& [text, status] : table) {
    INFO(text);
    CHECK(whole(text).refused == status);
    check_every_split(text, whole(text));
  }
}

TEST_CASE("limits of the head") {
  const auto with_headers = [](std::size_t count) {
    std::string text = "GET / HTTP/1.1\r\n" + host;
    for (std::size_t i = 1; i < count; ++i) text += "X-" + std::to_string(i) + ": y\r\n";
    return text + "\r\n";
  };
  CHECK(whole(with_headers(http::limits::headers)).requests.size() == 1);
  CHECK(whole(with_headers(http::limits::headers + 1)).refused == 431);

  const auto with_head_bytes = [](std::size_t bytes) {
    const std::string front = "GET / HTTP/1.1\r\n" + host + "X: ";
    return front + std::string(bytes - front.size() - 4, 'x') + "\r\n\r\n";
  };
  CHECK(whole(with_head_bytes(http::limits::head_bytes)).requests.size() == 1);
  CHECK(whole(with_head_bytes(http::limits::head_bytes + 1)).refused == 431);
  CHECK(whole("GET / HTTP/1.1\r\nX: " + std::string(http::limits::head_bytes, 'x')).refused == 431);

  const auto with_target = [](std::size_t bytes) {
    return "GET /" + std::string(bytes - 1, 'x') + " HTTP/1.1\r\n" + host + "\r\n";
  };
  CHECK(whole(with_target(http::limits::target_bytes)).requests.size() == 1);
  CHECK(whole(with_target(http::limits::target_bytes + 1)).refused == 414);
  CHECK(whole("GET /" + std::string(http::limits::head_bytes, 'x')).refused == 414);
}

TEST_CASE("limits of the body") {
  const std::string most(http::limits::body_bytes, 'x');
  const std::string head = "POST / HTTP/1.1\r\n" + host;
  CHECK(whole(head + "Content-Length: 65536\r\n\r\n" + most).requests.size() == 1);
  CHECK(
      whole(head + "Transfer-Encoding: chunked\r\n\r\n10000\r\n" + most + "\r\n0\r\n\r\n").requests.size() ==
      1);
  CHECK(
      whole(head + "Transfer-Encoding: chunked\r\n\r\nffff\r\n" + most.substr(1) + "\r\n2\r\nxx\r\n0\r\n\r\n")
          .refused == 413);
  std::string crumbs = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 60'000; ++i) crumbs += "1\r\nx\r\n";
  CHECK(whole(crumbs + "0\r\n\r\n").refused == 413);  // mostly framing
  CHECK(whole(head +
              "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(http::limits::trailer_bytes, 'x'))
            .refused == 413);
}

TEST_CASE("headers are known by name in any case, and trimmed") {
  http::HeadReader head;
  http::Parser parser{head};
  std::string text =
      "POST / HTTP/1.1\r\nhOST: a\r\nAUTHORIZATION:Bearer x\r\nidempotency-key:  \"k\" \t\r\nPrefer:  "
      "respond-async \r\nprefer: wait=5\r\nContent-Encoding: identity\r\nContent-encoding:  GZIP\r\n"
      "Content-Type: application/json\r\nIf-None-Match: \"e\"\r\nLast-Event-ID: 7\r\nExpect: 100-Continue\r\n"
      "Content-Length: 1\r\n\r\n";
  REQUIRE(parser.parse(text.data(), text.size()) == Status::need_more);
  CHECK(parser.head_complete());
  CHECK(parser.wants_continue());
  text += "x";
  REQUIRE(parser.parse(text.data(), text.size()) == Status::complete);
  const http::Request& request = parser.request();
  CHECK(request.method == http::Method::post);
  CHECK(request.authorization == "Bearer x");
  CHECK(request.idempotency_key == "\"k\"");
  CHECK(request.prefer.text() == "respond-async, wait=5");
  CHECK(request.encoded);
  CHECK(request.content_type == "application/json");
  CHECK(request.if_none_match.text() == "\"e\"");
  CHECK(request.last_event_id == "7");
  CHECK(request.body == "x");
}
