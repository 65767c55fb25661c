#include "tests/unit/http/api/order_body.h"

#include <string>
#include <vector>

using namespace order_body;

TEST_CASE("the shop's payload") {
  http::Draft draft;
  REQUIRE(parse(R"({"userId":"a7f3","userEmail":"you@example.com","item":"keyboard","amount":49.99})", draft)
              .status == 200);
  CHECK(draft.order.user_id == "a7f3");
  CHECK(draft.order.email == "you@example.com");
  CHECK(draft.order.short_form);
  CHECK(draft.order.total_minor == 4999);
  CHECK(draft.order.currency.name() == "USD");
  REQUIRE(draft.order.lines.size() == 1);
  CHECK(draft.order.lines[0].sku == "keyboard");
  CHECK(draft.order.lines[0].quantity == 1);
  CHECK_FALSE(draft.names_id);
}

TEST_CASE("with lines: lines of one sku are added up") {
  http::Draft draft;
  REQUIRE(parse(with_items("[" + line("a", 2, "\"24.50\"") + "," + line("b", 1, "1") + "," +
                               line("a", 3, "24.5") + "]",
                           R"(,"currency":"EUR","orderId":"11111111-2222-4333-8444-55555555555A")"),
                draft)
              .status == 200);
  CHECK(draft.order.currency.name() == "EUR");
  CHECK(draft.order.total_minor == 5 * 2450 + 100);
  REQUIRE(draft.order.lines.size() == 2);
  CHECK(draft.order.lines[0].quantity == 5);
  CHECK(draft.names_id);
  CHECK(draft.order.id.str() == "11111111-2222-4333-8444-55555555555a");
}

TEST_CASE("texts are unescaped, and UTF-8") {
  http::Draft draft;
  REQUIRE(parse(R"({"user\u0049d":"\u00e9\ud83d\ude00","userEmail":"a@b.cd","item":"a\/b","amount":"1.5"})",
                draft)
              .status == 200);
  CHECK(draft.order.user_id == "\u00e9\U0001F600");
  CHECK(draft.order.lines[0].sku == "a/b");
  CHECK(draft.order.total_minor == 150);
}

TEST_CASE("money is read from its characters") {
  const auto minor = [](const std::string& amount, const std::string& more = "") -> std::int64_t {
    http::Draft draft;
    const Parsed parsed = parse(with_amount(amount, more), draft);
    return parsed.status == 200 ? draft.order.total_minor : -parsed.status;
  };
  CHECK(minor("49.99") == 4999);
  CHECK(minor("\"49.99\"") == 4999);
  CHECK(minor("0.1 ") == 10);
  CHECK(minor("10000000000.00") == 1'000'000'000'000);
  CHECK(minor("500", R"(,"currency":"JPY")") == 500);
  CHECK(minor("1.234", R"(,"currency":"KWD")") == 1234);
  for (const std::string bad :
       {"49.999", "-1",     "1e2",     "1E2",     "10000000000.01", "99999999999999999999",
        "\"\"",   "\" 1\"", "\"1 \"",  "\"+1\"",  "\"1,5\"",        "\"01\"",
        "\".5\"", "\"1.\"", "\"0x1\"", "\"NaN\"", "null",           "true",
        "[]",     "{}",     "1e400"}) {
    INFO(bad);
    const Parsed parsed = parse(with_amount(bad));
    CHECK(parsed.status == 422);
    CHECK(parsed.pointer == "/amount");
  }
  CHECK(minor("705.00", R"(,"currency":"JPY")") == 705);
  CHECK(minor("\"29.0000\"") == 2900);
  CHECK(minor("500.5", R"(,"currency":"JPY")") == -422);
  for (const std::string bad : {"01", ".5", "1.", "+1", "0x1", "NaN", "49.99abc", "1 2"}) {
    INFO(bad);
    CHECK(parse(with_amount(bad)).status >= 400);  // no JSON at all
  }
}

TEST_CASE("what is not JSON is 400") {
  const std::string good = with_amount("1");
  for (const std::string& bad :
       std::vector<std::string>{"",
                                " ",
                                "{",
                                "}",

                                "\"",
                                good + good,
                                good + "x",
                                good + ",",
                                good + "]",
                                good.substr(0, good.size() - 1),
                                "{,}",
                                R"({"userId" "u"})",
                                R"({"userId":"u",})",
                                R"({"userId":"u" "userEmail":"e"})",
                                R"({userId:"u"})",
                                R"({"userId":'u'})",
                                "{\"userId\":\"a\tb\"}",
                                "{\"userId\":\"\xff\"}",
                                "{\"userId\":\"\xc0\x80\"}",
                                "{\"userId\":\"\xed\xa0\x80\"}",
                                R"({"userId":"\ud800"})",
                                R"({"userId":"\q"})",
                                R"({"userId":"\u12"})",
                                std::string("{\"userId\":\"a\0b\"}", 16),
                                "\xef\xbb\xbf{",
                                "\xef\xbb\xbf\xef\xbb\xbf" + good,
                                "\xff\xfe" + good,
                                who + R"("userId":"again"})",
                                R"({"userId":"u","\u0075serId":"u"})",
                                who + R"("items":[{"sku":"a","sku":"a"}]})",
                                who + R"("items":[{"sku":"a"})",
                                who + R"("items":[{"sku":"a","quantity":1,"price":1}{}]})",
                                who + R"("items":[)" + line("a", 1, "1") + ",]}"}) {
    INFO(bad);
    CHECK(parse(bad).status == 400);
  }
}

TEST_CASE("broken behind what is no order anyway") {
  for (const std::string bad : {"[", "nul", "[1", "tru"}) CHECK(parse(bad).status >= 400);
}

TEST_CASE("what is JSON but no order is 422, with the pointer to the field") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"[]", ""},
      {"1", ""},
      {"null", ""},
      {"\"x\"", ""},
      {"{}", "/userId"},
      {R"({"userId":"u"})", "/userEmail"},
      {who + R"("item":"k"})", "/amount"},
      {who + R"("amount":1})", "/item"},
      {who + R"("surprise":1})", "/surprise"},
      {who + R"("a/b~c":1})", "/a~1b~0c"},
      {who + R"("item":"k","items":[],"amount":1})", "/items"},
      {R"({"userId":1})", "/userId"},
      {R"({"userId":null})", "/userId"},
      {R"({"userId":["u"]})", "/userId"},
      {R"({"userId":"","userEmail":"a@b.cd","item":"k","amount":1})", "/userId"},
      {R"({"userId":"a\u0000b","userEmail":"a@b.cd","item":"k","amount":1})", "/userId"},
      {R"({"userId":"a\nb","userEmail":"a@b.cd","item":"k","amount":1})", "/userId"},
      {R"({"userId":"a\u0085b","userEmail":"a@b.cd","item":"k","amount":1})", "/userId"},
      {R"({"userId":")" + std::string(129, 'u') + R"(","userEmail":"a@b.cd","item":"k","amount":1})",
       "/userId"},
      {with_amount("1", R"(,"currency":"usd")"), "/currency"},
      {with_amount("1", R"(,"currency":"XXX")"), "/currency"},
      {with_amount("1", R"(,"currency":"BGN")"), "/currency"},
      {with_amount("1", R"(,"currency":1)"), "/currency"},
      {with_amount("1", R"(,"amountMinor":101)"), "/amountMinor"},
      {with_amount("1", R"(,"amountMinor":"100")"), "/amountMinor"},
      {with_amount("1", R"(,"amountMinor":100.5)"), "/amountMinor"},
      {with_amount("1", R"(,"amountMinor":1e2)"), "/amountMinor"},
      {with_amount("1", R"(,"amountMinor":-100)"), "/amountMinor"},
      {who + R"("item":"k","amountMinor":-1})", "/amountMinor"},
      {who + R"("item":"k","amountMinor":1000000000001})", "/amountMinor"},
      {with_amount("1", R"(,"orderId":"1")"), "/orderId"},
      {with_amount("1", R"(,"orderId":null)"), "/orderId"},
      {with_amount("1", R"(,"orderId":"11111111222243338444555555555555")"), "/orderId"},
      {who + R"("item":"","amount":1})", "/item"},
      {who + R"("item":")" + std::string(129, 'k') + R"(","amount":1})", "/item"},
      {with_items("{}"), "/items"},
      {with_items("[]"), "/items"},
      {with_items("[1]"), "/items/0"},
      {with_items("[{}]"), "/items/0/sku"},
      {with_items(R"([{"sku":"a"}])"), "/items/0/quantity"},
      {with_items(R"([{"sku":"a","quantity":1}])"), "/items/0/price"},
      {with_items(R"([{"sku":"a","quantity":1,"price":1,"more":1}])"), "/items/0/more"},
      {with_items("[" + line("a", 0, "1") + "]"), "/items/0/quantity"},
      {with_items("[" + line("a", -1, "1") + "]"), "/items/0/quantity"},
      {with_items("[" + line("a", 1000001, "1") + "]"), "/items/0/quantity"},
      {with_items(R"([{"sku":"a","quantity":1.5,"price":1}])"), "/items/0/quantity"},
      {with_items(R"([{"sku":"a","quantity":"1","price":1}])"), "/items/0/quantity"},
      {with_items(R"([{"sku":"a","quantity":99999999999999999999,"price":1}])"), "/items/0/quantity"},
      {with_items("[" + line("a", 1, "1") + "," + line("", 1, "1") + "]"), "/items/1/sku"},
      {with_items("[" + line("a", 1, "1.001") + "]"), "/items/0/price"},
      {with_items("[" + line("a", 1000000, "1") + "," + line("a", 1, "1") + "]"), "/items/1/quantity"},
      {with_items("[" + line("a", 1000000, "10000000000") + "]"), "/items"},
      {with_items("[" + line("a", 2, "1") + "]", R"(,"amount":1.99)"), "/amount"},
      {with_items("[" + line("a", 2, "1") + "]", R"(,"amountMinor":199)"), "/amountMinor"},
      {with_items(R"([{"sku":"a","quantity":1e2,"price":1}])"), "/items/0/quantity"},
      {with_items(R"([{"sku":"a","quantity":1.01,"price":1}])"), "/items/0/quantity"},
      {with_items(R"([{"sku":"a","quantity":0.0,"price":1}])"), "/items/0/quantity"},
      {with_items(R"([{"sku":"a","quantity":true,"price":1}])"), "/items/0/quantity"},
  };
  for (const auto& [body, pointer] : table) {
    INFO(body);
    const Parsed parsed = parse(body);
    CHECK(parsed.status == 422);
    CHECK(parsed.pointer == pointer);
  }
  CHECK(parse(with_items("[" + line("a", 2, "1") + "]", R"(,"amount":2.00)")).status == 200);
}

TEST_CASE("100 lines are an order, 101 are not") {
  const auto lines = [](int count) {
    std::string items = "[";
    for (int i = 0; i < count; ++i) items += (i == 0 ? "" : ",") + line("sku-" + std::to_string(i), 1, "1");
    return with_items(items + "]");
  };
  CHECK(parse(lines(100)).status == 200);
  const Parsed parsed = parse(lines(101));
  CHECK(parsed.status == 422);
  CHECK(parsed.pointer == "/items");
}

TEST_CASE("deep nesting is refused, not followed") {
  CHECK(parse(who + R"("item":)" + std::string(5000, '[') + std::string(5000, ']') + "}").status == 422);
  CHECK(parse(with_items(std::string(5000, '[') + std::string(5000, ']'))).status == 422);
  CHECK(parse(std::string(60'000, '[')).status >= 400);
}

TEST_CASE("e-mail addresses") {
  const auto accepted = [](const std::string& email) {
    return parse(R"({"userId":"u","userEmail":")" + email + R"(","item":"k","amount":1})").status == 200;
  };
  // The table of what is one stands with the check itself, in tests/unit/saga/email_test.cc.
  for (const std::string good :
       {"you@example.com", "first.last+tag@sub.example.co.uk", "o'neil@example.com"}) {
    INFO(good);
    CHECK(accepted(good));
  }
  for (const std::string bad :
       {"", "a", "@b.co", "a@", "a@b@c.co", "a b@c.co", "<a@b.co>", "a@b.co\\r\\nRCPT TO:<x@y.co>"}) {
    INFO(bad);
    CHECK_FALSE(accepted(bad));
  }
}

TEST_CASE("one sku at two prices stays two lines") {
  http::Draft draft;
  const std::string body =
      with_items("[" + line("a", 1, "1") + "," + line("a", 2, "3") + "," + line("a", 4, "1") + "]");
  REQUIRE(parse(body, draft).status == 200);
  REQUIRE(draft.order.lines.size() == 2);
  CHECK(draft.order.lines[0].quantity == 5);
  CHECK(draft.order.lines[1].quantity == 2);
  CHECK(draft.order.total_minor == 1100);
}

TEST_CASE("a body is the same order every time it is parsed") {
  http::Draft first;
  http::Draft second;
  const std::string body = with_items("[" + line("a", 2, "1") + "]");
  REQUIRE(parse(body, first).status == 200);
  CHECK(parse("{").status == 400);
  REQUIRE(parse(body, second).status == 200);
  CHECK(second.order.total_minor == 200);
  CHECK(second.order.lines.size() == 1);
}
