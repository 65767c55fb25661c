#include "engine/codec/heading.h"

#include <string>
#include <vector>

#include "engine/codec/cloud_event.h"
#include "tests/catch.h"
#include "tests/unit/journal/orders.h"

using codec::CloudEvents;
using codec::HeadingParser;
using codec::Mode;

TEST_CASE("a heading comes back from what was rendered, in both modes") {
  for (const Mode mode : {Mode::structured, Mode::binary}) {
    const CloudEvents events({.type_prefix = "shop.", .mode = mode});
    HeadingParser parser;
    const tape::OwnedRecord record = journal::test::short_order();
    const tape::Event event = journal::test::placed(*record);
    std::string memory(events.bytes_max(event), '\0');
    const codec::Rendered placed = events.render(memory.data(), event, 1841, 77);
    const tape::Heading heading = parser.parse(5, events.value(placed), events.headers(placed).view());
    REQUIRE(heading.offset == 5);
    REQUIRE_FALSE(heading.epoch_started);
    REQUIRE(heading.type == "shop.OrderPlaced");
    REQUIRE(heading.epoch == 1841);
    REQUIRE(heading.seq == 77);

    std::string text;
    const codec::Rendered opening =
        events.render(text, {.opening_id = "u-1", .engine_id = "e", .checkpoint = {}, .after = 12, .at = {}});
    const tape::Heading opened = parser.parse(6, events.value(opening), events.headers(opening).view());
    REQUIRE(opened.epoch_started);
    REQUIRE(opened.opening_id == "u-1");
    REQUIRE(opened.after == 12);
    REQUIRE(opened.epoch == -1);
  }
}

TEST_CASE("whatever is not an event of an engine is a request") {
  HeadingParser parser;
  for (const std::string value : {"", "garbage", "[]", "{}", "null", "{\"epoch\":\"1\",\"seq\":\"1\"}",
                                  R"({"specversion":"1.0","type":"OrderPlaced"})",
                                  R"({"specversion":"1.0","type":"OrderPlaced","epoch":"1"})",
                                  R"({"specversion":"1.0","type":"OrderPlaced","seq":"1"})",
                                  R"({"specversion":"1.0","type":"OrderPlaced","epoch":"1","seq":"0"})",
                                  R"({"specversion":"1.0","type":"OrderPlaced","epoch":"-1","seq":"1"})",
                                  R"({"specversion":"1.0","type":"OrderPlaced","epoch":"1x","seq":"1"})",
                                  R"({"specversion":"1.0","type":"OrderPlaced","epoch":"1","seq":"1"}})",
                                  R"({"specversion":"1.0","type":"EpochStarted.x","id":"u"})"}) {
    const tape::Heading heading = parser.parse(9, value, {});
    INFO(value);
    REQUIRE(heading.offset == 9);
    REQUIRE_FALSE(heading.epoch_started);
    REQUIRE(heading.epoch == -1);
    REQUIRE(heading.seq == 0);
  }
}

TEST_CASE("an opening is known whatever stands before its type") {
  for (const Mode mode : {Mode::structured, Mode::binary}) {
    for (const std::string prefix : {"", "shop.", "com.example.shop."}) {
      const CloudEvents events({.type_prefix = prefix, .mode = mode});
      std::string text;
      const codec::Rendered opening = events.render(text, {.opening_id = "u-1", .engine_id = "e"});
      HeadingParser parser;
      const tape::Heading opened = parser.parse(6, events.value(opening), events.headers(opening).view());
      REQUIRE(opened.epoch_started);
      REQUIRE(opened.opening_id == "u-1");
      REQUIRE(opened.type == prefix + "EpochStarted");
    }
  }
}
