#include "engine/codec/opaque.h"

#include <simdjson.h>

#include "engine/codec/heading.h"
#include "tests/catch.h"

using codec::find_opaque;

TEST_CASE("opaque objects are found by their brackets, in a document, in data, and in an event") {
  const std::string order =
      R"({"a":"{\"payment\":{}}" , "steps":[{"shipping":{}}],"shipping" : { "x":"}\\" } ,"n":-1.5e3,"metadata":{}})";
  for (const std::string& text : {order, R"({"specversion":"1.0","data":)" + order + R"(,"z":null})"}) {
    INFO(text);
    const codec::Opaque found = find_opaque(text);
    REQUIRE(found.shipping == R"({ "x":"}\\" })");
    REQUIRE(found.payment.empty());
    REQUIRE(found.metadata == "{}");
  }
}

TEST_CASE("what is no JSON has no opaque objects, and no end is overrun") {
  const std::string good = R"({"data":{"payment":{"a":["b\"",1]},"metadata":{}}})";
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const std::string text = good.substr(0, cut);  // of its own size, so that a sanitizer sees
    const codec::Opaque found = find_opaque(text);
    REQUIRE((found.payment.empty() || found.payment == R"({"a":["b\"",1]})"));
  }
  for (const char* const text :
       {"", " ", "[]", "{", "{}", "{]", "{\"payment\"", "{\"payment\":", "{\"payment\":{}", "{\"payment\":1}",
        "{payment:{}}", "{\"\\", "}{", "{\"payment\":\"{}\"}"}) {
    INFO(text);
    REQUIRE(find_opaque(text).metadata.empty());
  }
}

TEST_CASE("data in data in data, as a stranger may write it, is not followed") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += R"({"data":)";
  text += R"({"payment":{}})" + std::string(200'000, '}');
  REQUIRE(find_opaque(text).payment.empty());
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string spare;
  REQUIRE(codec::parse_json(parser, text, spare, root));  // without what is in the first of them
  simdjson::dom::object data;
  REQUIRE(root["data"].get(data) == simdjson::SUCCESS);
  REQUIRE(data.size() == 0);
}

TEST_CASE("a text of ours is read whatever numbers stand in its opaque objects, and only there") {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string spare;
  const std::string number(400, '7');
  const auto parses = [&](const std::string& text) { return codec::parse_json(parser, text, spare, root); };
  REQUIRE(parses(R"({"step":1,"payment":{"a":[)" + number + "]}}"));
  std::int64_t step = 0;
  REQUIRE(root["step"].get(step) == simdjson::SUCCESS);
  REQUIRE(root["payment"].is_object());
  REQUIRE(parses(R"({"data":{"metadata":{"a":1e400},"shipping":{"b":1e400}}})"));
  REQUIRE_FALSE(parses(R"({"step":)" + number + R"(,"payment":{}})"));
  REQUIRE_FALSE(parses(R"({"steps":{"payment":{"a":1e400}}})"));
  REQUIRE_FALSE(parses("{"));
  REQUIRE_FALSE(parses(""));

  codec::HeadingParser headings;
  const std::string event = R"({"specversion":"1.0","id":"x","type":"OrderPlaced","epoch":"5","seq":"7",)"
                            R"("data":{"payment":{"n":)" +
                            number + "}}}";
  const tape::Heading heading = headings.parse(9, event, {});
  REQUIRE(heading.epoch == 5);
  REQUIRE(heading.seq == 7U);
}
