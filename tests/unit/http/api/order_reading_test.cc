// What real shops send: other scripts, other domains, other ways to write a number.
#include "tests/unit/http/api/order_body.h"

#include <string>

using namespace order_body;

TEST_CASE("amountMinor may stand for the amount, or say the same") {
  http::Draft draft;
  REQUIRE(parse(who + R"("item":"k","amountMinor":4999})", draft).status == 200);
  CHECK(draft.order.total_minor == 4999);
  REQUIRE(parse(with_amount("49.99", R"(,"amountMinor":4999.0)"), draft).status == 200);
  REQUIRE(parse(who + R"("item":"k","amountMinor":705,"currency":"JPY","amount":"705.00"})", draft).status ==
          200);
  CHECK(draft.order.total_minor == 705);
  REQUIRE(parse(with_items("[" + line("a", 2, "1") + "]", R"(,"amountMinor":200)"), draft).status == 200);
  CHECK(draft.order.total_minor == 200);
}

TEST_CASE("a whole number may be written 1.0") {
  http::Draft draft;
  REQUIRE(
      parse(with_items(R"([{"sku":"a","quantity":2.0,"price":1},{"sku":"a","quantity":3.000 ,"price":1}])"),
            draft)
          .status == 200);
  CHECK(draft.order.lines[0].quantity == 5);
}

TEST_CASE("a byte order mark before the body is skipped") {
  http::Draft draft;
  REQUIRE(parse("\xef\xbb\xbf" + with_amount("49.99"), draft).status == 200);
  CHECK(draft.order.total_minor == 4999);
}

TEST_CASE("lengths count characters") {
  const auto status = [](const std::string& text) {
    return parse(R"({"userId":")" + text + R"(","userEmail":"a@b.cd","item":")" + text + R"(","amount":1})")
        .status;
  };
  const auto repeated = [](const std::string& character, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += character;
    return text;
  };
  for (const std::string character : {"k", "\u00e9", "\u30ad", "\U0001F600"}) {
    INFO(character);
    CHECK(status(repeated(character, 50)) == 200);
    CHECK(status(repeated(character, 128)) == 200);
    CHECK(status(repeated(character, 129)) == 422);
  }
}

TEST_CASE("what cannot be seen is no item, sku or userId") {
  for (const std::string text :
       {"\\u200b", "\\u2028", "\\uffff", "\\ufeff", "\\u202e", "key\\u00adboard", "a\\u200db"}) {
    INFO(text);
    CHECK(parse(with_items("[" + line(text, 1, "1") + "]")).pointer == "/items/0/sku");
    CHECK(parse(who + R"("amount":1,"item":")" + text + "\"}").pointer == "/item");
    CHECK(parse(R"({"userEmail":"a@b.cd","item":"k","amount":1,"userId":")" + text + "\"}").pointer ==
          "/userId");
  }
}

TEST_CASE("a currency in small letters is told what it lacks") {
  http::OrderParser one{saga::Currency{}};
  std::string body = with_amount("1", R"(,"currency":"usd")");
  const std::size_t size = body.size();
  body.append(http::limits::padding, '}');
  http::Draft draft;
  const auto problem = one.parse({body.data(), size}, draft);
  REQUIRE(problem);
  CHECK(problem->detail == "must be written in capitals: USD");
  CHECK(parse(with_amount("1", R"(,"currency":"XCG")")).status == 200);
}

TEST_CASE("lines are counted after adding up") {
  std::string many = "[" + line("a", 1, "1");
  for (int i = 0; i < 1200; ++i) many += "," + line("sku-" + std::to_string(i % 100), 1, "1");
  CHECK(parse(with_items(many + "]")).pointer == "/items");  // 101 skus
  std::string cart = "[";
  for (int i = 0; i < 1200; ++i)
    cart += (i == 0 ? "" : ",") + line("sku-" + std::to_string(i % 100), 1, "1.0");
  http::Draft draft;
  REQUIRE(parse(with_items(cart + "]"), draft).status == 200);
  CHECK(draft.order.lines.size() == 100);
  CHECK(draft.order.lines[0].quantity == 12);
  std::string smallest = R"([{"sku":"a","quantity":1,"price":1})";
  while (smallest.size() < 65'000) smallest += R"(,{"sku":"a","quantity":1,"price":1})";
  CHECK(parse(with_items(smallest + "]")).status == 200);
}

TEST_CASE("an internationalized domain is taken in its ASCII form") {
  const auto taken = [](const std::string& email) {
    http::Draft draft;
    const Parsed parsed =
        parse(R"({"userId":"u","userEmail":")" + email + R"(","item":"k","amount":1})", draft);
    if (parsed.status != 200) CHECK(parsed.pointer == "/userEmail");
    return parsed.status == 200 ? std::string{draft.order.email} : "";
  };
  CHECK(taken("user@m\u00fcller.de") == "user@xn--mller-kva.de");
  CHECK(taken("user@M\u00dcLLER.de") == "user@xn--mller-kva.de");
  CHECK(taken("user@stra\u00dfe.example") == "user@xn--strae-oqa.example");
  CHECK(taken("user@\u65e5\u672c\u8a9e.jp") == "user@xn--wgv71a119e.jp");
  CHECK(taken("user@\u65e5\u672c\u8a9e\u3002jp") == "user@xn--wgv71a119e.jp");
  CHECK(taken(R"(\"a..b\"@m)"
              "\u00fcller.de") == "\"a..b\"@xn--mller-kva.de");
  CHECK(taken(R"(\"a..b\"@docomo.example)") == "\"a..b\"@docomo.example");
  for (const std::string bad :
       {"us\u00e9r@example.com", "us\u00e9r@m\u00fcller.de", "user@m\u00fcl ler.de",
        "user@m\u00fcller.de\\r\\nX:", "user@m\u00fcller", "user@-m\u00fcller.de", "user@m\u00fcl_ler.de",
        "user@exam\u200bple.com", "user@exam\u2028ple.com", "user@m\u00fcller.de>",
        "user@m\u00fcller.de\\u0000", "\u00fc", "user@\u00fc..de"}) {
    INFO(bad);
    CHECK(taken(bad).empty());
  }
}
