#include "engine/saga/json.h"

#include <string>

#include "tests/catch.h"

namespace {

std::string time_text(std::int64_t ns) {
  char text[64];
  return {text, static_cast<std::size_t>(saga::json::time(text, ns) - text)};
}

}  // namespace

TEST_CASE("strings are escaped as JSON wants them and UTF-8 passes through") {
  using saga::json::escaped;
  REQUIRE(escaped("keyboard") == "keyboard");
  REQUIRE(escaped(R"(a"b\c)") == R"(a\"b\\c)");
  REQUIRE(escaped(std::string_view("\0\n\x1f", 3)) == R"(\u0000\u000a\u001f)");
  REQUIRE(escaped("größe 键") == "größe 键");
}

TEST_CASE("times are RFC 3339 in UTC with microseconds") {
  REQUIRE(time_text(0) == "1970-01-01T00:00:00.000000Z");
  REQUIRE(time_text(1767323045123456789) == "2026-01-02T03:04:05.123456Z");
  REQUIRE(time_text(951782399999999999) == "2000-02-28T23:59:59.999999Z");
  REQUIRE(time_text(951782400000000000) == "2000-02-29T00:00:00.000000Z");
}
