#include "engine/codec/document.h"

#include <string>

#include "tests/catch.h"

TEST_CASE("what an order brings along is not taken for what the document says of itself") {
  const std::string hash(64, '1'), other(64, '2');
  const std::string public_part =
      R"({"orderId":"11111111-2222-4333-8444-555555555555","status":"paid","metadata":{"a":1,"bodyHash":")" +
      other + R"(","status":"completed"},"steps":[])";
  const std::string document = public_part + R"(,"bodyHash":")" + hash + R"(","step":2,"userId":"u"})";
  REQUIRE(codec::public_part(document) == public_part + "}");
  REQUIRE(codec::status(document) == saga::State::paid);
  const auto read = codec::body_hash(document);
  REQUIRE(read);
  REQUIRE((*read)[0] == 0x11);
  REQUIRE_FALSE(codec::status(R"({"metadata":{"a":1,"status":"completed"}})"));
}
