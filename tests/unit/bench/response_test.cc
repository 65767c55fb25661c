#include "bench/response.h"

#include <string>

#include "tests/catch.h"

using bench::parse_response;
using bench::Parsed;
using bench::Response;

namespace {

const std::string accepted =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nLocation: /v1/orders/x\r\nContent-Length: "
    "4\r\n\r\nbody";

Parsed parse(const std::string& bytes) {
  Response response;
  std::size_t consumed = 0;
  return parse_response(bytes, response, consumed);
}

}  // namespace

TEST_CASE("a response is whole at its last byte and not before") {
  for (std::size_t count = 0; count < accepted.size(); ++count)
    REQUIRE(parse(accepted.substr(0, count)) == Parsed::partial);
  REQUIRE(parse(accepted) == Parsed::whole);
}

TEST_CASE("a response ends where its length says, whatever follows") {
  const std::string two = accepted + "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
  Response response;
  std::size_t consumed = 0;
  REQUIRE(parse_response(two, response, consumed) == Parsed::whole);
  REQUIRE(consumed == accepted.size());
  REQUIRE(response.status == 202);
  REQUIRE(response.location == "/v1/orders/x");
  REQUIRE(response.body == "body");
  REQUIRE(parse_response(std::string_view{two}.substr(consumed), response, consumed) == Parsed::whole);
  REQUIRE(response.status == 503);
  REQUIRE(response.location.empty());
  REQUIRE(response.body.empty());
}

TEST_CASE("header names count in any case") {
  Response response;
  std::size_t consumed = 0;
  REQUIRE(parse_response("HTTP/1.1 200 OK\r\ncontent-LENGTH:2 \r\nLOCATION:\t/a\r\n\r\nok", response,
                         consumed) == Parsed::whole);
  REQUIRE(response.body == "ok");
  REQUIRE(response.location == "/a");
}

TEST_CASE("what cannot be cut is malformed") {
  REQUIRE(parse("SSH-2.0-server\r\n\r\n") == Parsed::malformed);
  REQUIRE(parse("HTTP/1.1 2x2 Accepted\r\nContent-Length: 0\r\n\r\n") == Parsed::malformed);
  REQUIRE(parse("HTTP/1.1 200 OK\r\n\r\n") == Parsed::malformed);
  REQUIRE(parse("HTTP/1.1 200 OK\r\nContent-Length: four\r\n\r\n") == Parsed::malformed);
  REQUIRE(parse(std::string(20'000, 'x')) == Parsed::malformed);
}
