#include "edge/config/units.h"

#include "tests/catch.h"

using namespace std::chrono_literals;
using edge::parse_bytes;
using edge::parse_duration;

TEST_CASE("durations are read exactly") {
  CHECK(parse_duration("25s") == 25s);
  CHECK(parse_duration("100ms") == 100ms);
  CHECK(parse_duration("0.2ms") == 200us);
  CHECK(parse_duration("1.5h") == 90min);
  CHECK(parse_duration("24h") == 24h);
  CHECK(parse_duration("30d") == 720h);
  CHECK(parse_duration("0.000000001s") == 1ns);
  CHECK(parse_duration("0s") == 0s);
  CHECK(parse_duration("1.50000000000000s") == 1500ms);
}

TEST_CASE("what is no duration is refused, and so is what does not fit") {
  for (const auto* text :
       {"", "s", "5", "5 s", " 5s", "5s ", "-5s", "+5s", "5S", "5sec", "1m30s", ".5s", "5.s", "1e3s", "0.5ns",
        "0.0000000001s", "9223372036854775808ns", "106752d", "99999999999999999999s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK(parse_duration("9223372036854775807ns"));
}

TEST_CASE("sizes are read exactly") {
  CHECK(parse_bytes("256MiB") == 268435456U);
  CHECK(parse_bytes("1.25MiB") == 1310720U);
  CHECK(parse_bytes("0.5KiB") == 512U);
  CHECK(parse_bytes("7B") == 7U);
  for (const auto* text : {"", "256", "256MB", "256mib", "1.3KiB", "0.5B", "-1B", "9999999999999GiB"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_bytes(text));
  }
}

TEST_CASE("what is rendered reads back as it was") {
  for (const std::int64_t count :
       {0L, 1L, 999L, 1000L, 200'000L, 25'000'000'000L, 86'400'000'000'000L, 90'000'000'000L}) {
    CHECK(parse_duration(edge::render_duration(std::chrono::nanoseconds(count)))->count() == count);
  }
  CHECK(edge::render_duration(24h) == "1d");
  CHECK(edge::render_duration(90s) == "90s");
  for (const std::uint64_t count : {0UL, 1UL, 1023UL, 1024UL, 268435456UL, 268435457UL}) {
    CHECK(parse_bytes(edge::render_bytes(count)) == count);
  }
}
