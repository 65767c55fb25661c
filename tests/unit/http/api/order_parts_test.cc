// What a participant needs of an order: reference, discount, lines that are not stock, a total of zero, and
// the objects that are passed on as they came.
#include <string>
#include <vector>

#include "edge/http/api/card_number.h"
#include "tests/unit/http/api/order_body.h"

using namespace order_body;

namespace {

std::string with(const std::string& more) { return with_amount("10", "," + more); }
/// `{"k":"xxx…"}` of that many bytes.
std::string object_of(std::size_t bytes) { return R"({"k":")" + std::string(bytes - 8, 'x') + R"("})"; }
/// Objects and arrays in turns, an object outermost.
std::string nested(std::size_t levels) {
  std::string text;
  for (std::size_t level = levels; level > 0; --level) {
    const bool object = level % 2 == 1;
    text = (object ? (text.empty() ? "{" : "{\"a\":") : "[") + text + (object ? "}" : "]");
  }
  return text;
}

}  // namespace

TEST_CASE("a reference is the shop's own number") {
  http::Draft draft;
  REQUIRE(parse(with(R"("reference":"R-2026/1 \u00e9")"), draft).status == 200);
  CHECK(draft.order.reference == "R-2026/1 \u00e9");
  CHECK(parse(with(R"("reference":")" + std::string(64, 'r') + "\"")).status == 200);
  for (const std::string bad : {"\"\"", "1", "null", "\"a\\u0000b\"", "\"a\\u2028b\"", "\"a\\nb\""}) {
    INFO(bad);
    CHECK(parse(with("\"reference\":" + bad)).pointer == "/reference");
  }
  CHECK(parse(with(R"("reference":")" + std::string(65, 'r') + "\"")).pointer == "/reference");
}

TEST_CASE("a discount is taken off the sum of the lines") {
  http::Draft draft;
  const std::string two = "[" + line("a", 2, "10") + "]";
  REQUIRE(parse(with_items(two, R"(,"discount":"5.50")"), draft).status == 200);
  CHECK(draft.order.total_minor == 1450);
  CHECK(draft.order.discount_minor == 550);
  CHECK(parse(with_items(two, R"(,"discount":5.5,"amount":14.50,"amountMinor":1450)")).status == 200);
  CHECK(parse(with_items(two, R"(,"discount":5.5,"amount":20)")).pointer == "/amount");
  CHECK(parse(with_items(two, R"(,"discount":5.5,"amountMinor":2000)")).pointer == "/amountMinor");
  REQUIRE(parse(with_items(two, R"(,"discount":20)"), draft).status == 200);
  CHECK(draft.order.costs_nothing());
  for (const std::string bad : {"20.01", "-1", "1e1", "0.001", "\"\"", "null", "true", "{}"}) {
    INFO(bad);
    CHECK(parse(with_items(two, ",\"discount\":" + bad)).pointer == "/discount");
  }
  REQUIRE(parse(with(R"("discount":2)"), draft).status == 200);  // the short form says what is to be paid
  CHECK(draft.order.total_minor == 1000);
  CHECK(draft.order.lines[0].price_minor == 1200);
  CHECK(parse(with_amount("10000000000", R"(,"discount":1)")).pointer == "/discount");
}

TEST_CASE("an order may cost nothing") {
  http::Draft draft;
  for (const std::string& body :
       {with_amount("0"), with_amount("\"0.00\""), who + R"("item":"k","amountMinor":0})",
        with_items("[" + line("a", 1, "0") + "]"), with_amount("0", R"(,"discount":9)")}) {
    INFO(body);
    REQUIRE(parse(body, draft).status == 200);
    CHECK(draft.order.total_minor == 0);
  }
}

TEST_CASE("a line that is not stock is its own, beside one of the same sku that is") {
  http::Draft draft;
  const auto item = [](const std::string& more) {
    return R"({"sku":"a","quantity":1,"price":1)" + more + "}";
  };
  const std::string off = item(R"(,"stocked":false)");
  const std::string on = item(R"(,"stocked":true)");
  REQUIRE(parse(with_items("[" + off + "," + on + "," + item("") + "," + off + "]"), draft).status == 200);
  REQUIRE(draft.order.lines.size() == 2);
  CHECK_FALSE(draft.order.lines[0].stocked);
  CHECK(draft.order.lines[0].quantity == 2);
  CHECK(draft.order.lines[1].stocked);
  CHECK(draft.order.lines[1].quantity == 2);
  CHECK(draft.order.total_minor == 400);
  for (const std::string bad : {"0", "\"false\"", "null", "[]"}) {
    INFO(bad);
    CHECK(parse(with_items("[" + item(",\"stocked\":" + bad) + "]")).pointer == "/items/0/stocked");
  }
}

TEST_CASE("opaque objects are kept byte for byte") {
  const std::string digits(400, '7');
  for (const std::string& object : std::vector<std::string>{
           "{}", "{ }", "{ \t\r\n \"a\" : [ 1 , 2 ] ,\r\n\"b\":{} }",
           R"({"bodyHash":"00","status":"placed","orderId":1,"steps":[{"step":1}]})",
           R"({"a":",\"bodyHash\":\""})", R"({"":"\u0000\u2028\ud83d\ude00\/\"\\"})",
           "{\"\u2028\":\"\u00e9\"}",
           R"({"n":[)" + digits + ",-" + digits + ",0." + digits + ",1e" + digits + ",1E-9,-0,1.7e+308]}",
           R"({"t":[true,false,null,[],{},[[]],""]})", R"({"same":1,"other":{"same":1}})", object_of(4096),
           nested(32)}) {
    for (const std::string name : {"shipping", "payment", "metadata"}) {
      INFO(name << ' ' << object);
      http::Draft draft;
      REQUIRE(parse(with("\"" + name + "\": " + object + " \n"), draft).status == 200);
      const saga::Order& order = draft.order;
      CHECK((name == "shipping"  ? order.shipping
             : name == "payment" ? order.payment
                                 : order.metadata) == object);
    }
  }
  http::Draft draft;
  REQUIRE(parse(with(R"("metadata":{"m":1},"shipping":{"s":1},"payment":{"p":1})"), draft).status == 200);
  CHECK(draft.order.shipping == R"({"s":1})");
  CHECK(draft.order.payment == R"({"p":1})");
  CHECK(draft.order.metadata == R"({"m":1})");
  REQUIRE(parse(with_amount("10"), draft).status == 200);  // nothing is left of the order before
  CHECK((draft.order.shipping.empty() && draft.order.payment.empty() && draft.order.metadata.empty()));
}

TEST_CASE("what is no such object is refused, with the pointer") {
  struct Row {
    std::string object;
    int status;
    std::string pointer;
  };
  for (const auto& [object, status, pointer] : std::vector<Row>{
           {"null", 422, "/metadata"},
           {"[]", 422, "/metadata"},
           {"\"{}\"", 422, "/metadata"},
           {"1", 422, "/metadata"},
           {object_of(4097), 422, "/metadata"},
           {"{" + std::string(4095, ' ') + "}", 422, "/metadata"},
           {nested(33), 422, "/metadata/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0"},
           {R"({"a":1,"\u0061":2})", 400, "/metadata/a"},
           {R"({"x":[{"k~":1,"l":2,"k~":3}]})", 400, "/metadata/x/0/k~0"},
           {R"({"a":"\ud800"})", 400, "/metadata/a"},
           {R"({"\ud800":1})", 400, "/metadata"},
           {R"({"a":"\q"})", 400, "/metadata/a"},
           {R"({"a":01})", 400, "/metadata/a"},
           {R"({"a":1.})", 400, "/metadata/a"},
           {R"({"a":.5})", 400, "/metadata/a"},
           {R"({"a":+1})", 400, "/metadata/a"},
           {R"({"a":1e})", 400, "/metadata/a"},
           {R"({"a":-})", 400, "/metadata/a"},
           {R"({"a":nul})", 400, "/metadata/a"},
           {R"({"a":truex})", 400, "/metadata/a"},
           {R"({"a":NaN})", 400, "/metadata/a"},
           {R"({"a":1 2})", 400, "/metadata"},
           {R"({"a" 1})", 400, "/metadata"},
           {R"({"a":[1,]})", 400, "/metadata/a/1"},
           {R"({"a":[1}])", 400, "/metadata/a/1"},
       }) {
    INFO(object);
    const Parsed parsed = parse(with("\"metadata\":" + object));
    CHECK(parsed.status == status);
    CHECK(parsed.pointer == pointer);
  }
  CHECK(parse(with(R"("metadata":{},"metadata":{})")).pointer == "/metadata");
  CHECK(parse(with(R"("metadata":{"a":1)")).status == 400);
  CHECK(parse(with("\"metadata\":{\"a\":\"\xff\"}")).status == 400);
  CHECK(parse(with("\"metadata\":{\"a\":\"\x01\"}")).status == 400);
  CHECK(parse(with("\"metadata\":" + std::string(20'000, '['))).status >= 400);
  CHECK(
      parse(with("\"metadata\":{\"a\":" + std::string(2'000, '[') + std::string(2'000, ']') + "}")).status ==
      422);
}

TEST_CASE("no card number stands in payment, wherever") {
  for (const auto& [object, pointer] : std::vector<std::pair<std::string, std::string>>{
           {R"({"number":"4111111111111111"})", "/payment/number"},
           {R"({"number":"4111 1111 1111 1111"})", "/payment/number"},
           {R"({"number":"4111-1111-1111-1111"})", "/payment/number"},
           {R"({"number":" 4111.1111\u00a01111\u20131111\n"})", "/payment/number"},
           {R"({"number":"\u0034111111111111111"})", "/payment/number"},
           {R"({"number":4111111111111111})", "/payment/number"},
           {R"({"number": 4111111111111111 })", "/payment/number"},
           {R"({"number":4111111111111111.0})", "/payment/number"},
           {R"({"number":4.111111111111111E15})", "/payment/number"},
           {R"({"number":411111111111111100e-2})", "/payment/number"},
           {R"({"number":-378282246310005})", "/payment/number"},
           {R"({"card":{"list":[1,{"n":"378282246310005"}]}})", "/payment/card/list/1/n"},
           {R"({"4222222222222":1})", "/payment"},
           {R"({"a":{"4111 1111 1111 1111":{}}})", "/payment/a"},
           {R"({"n":"6304000000000000000"})", "/payment/n"},
       }) {
    INFO(object);
    const Parsed parsed = parse(with("\"payment\":" + object));
    CHECK(parsed.status == 422);
    CHECK(parsed.pointer == pointer);
    CHECK(parse(with("\"metadata\":" + object + ",\"shipping\":" + object)).status == 200);
  }
  for (const std::string fine :
       {R"("4111111111111112")", R"("411111111111111")", "4111111111111112", "4.1e1", "0", "1e400", R"("")",
        R"(" - ")", R"("pm_4111111111111111")", R"("41111111111111110000")", R"("4111x1111x1111x1111")",
        "41111111111111110000", "4111111111111111.5", R"("tok_visa")", "true", "null"}) {
    INFO(fine);
    CHECK(parse(with(R"("payment":{"token":)" + std::string{fine} + "}")).status == 200);
  }
}

TEST_CASE("Luhn by length") {
  CHECK(http::card_number_text("4222222222222"));        // 13
  CHECK(http::card_number_text("6304000000000000000"));  // 19
  CHECK_FALSE(http::card_number_text("422222222222"));   // 12
  CHECK_FALSE(http::card_number_text("63040000000000000000"));
  CHECK_FALSE(
      http::card_number_text("4111\u2016"
                             "1111"
                             "1111"
                             "1111"));
  CHECK(http::card_number_value("0.4111111111111111e16"));
  CHECK_FALSE(http::card_number_value("4111111111111111e99999999999"));
  CHECK_FALSE(http::card_number_value("4111111111111111e9999999"));
  CHECK_FALSE(http::card_number_value("4111111111111111e-9999999"));
}
