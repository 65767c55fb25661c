#include "engine/saga/money.h"

#include <random>
#include <string>

#include "tests/catch.h"

using saga::MoneyError;
using saga::parse_money;

namespace {

std::string render(std::int64_t minor, const saga::Currency& currency) {
  char text[saga::money_text_max];
  return {text, saga::render_money(minor, currency, text)};
}

}  // namespace

TEST_CASE("money is read from its characters") {
  struct Case {
    std::string_view text, currency;
    std::int64_t minor;
    MoneyError error;
  };
  const auto c = GENERATE(
      Case{"49.99", "USD", 4999, MoneyError::none}, Case{"50", "USD", 5000, MoneyError::none},
      Case{"0.5", "USD", 50, MoneyError::none}, Case{"0.07", "EUR", 7, MoneyError::none},
      Case{"0", "USD", 0, MoneyError::none}, Case{"500", "JPY", 500, MoneyError::none},
      Case{"1.234", "KWD", 1234, MoneyError::none}, Case{"1.2345", "CLF", 12345, MoneyError::none},
      Case{"10000000000.00", "USD", 1'000'000'000'000, MoneyError::none},
      Case{"10000000000.01", "USD", 0, MoneyError::too_large},
      Case{"99999999999999999999", "USD", 0, MoneyError::too_large},
      Case{"1.5", "JPY", 0, MoneyError::too_many_digits},
      Case{"1.999", "USD", 0, MoneyError::too_many_digits},
      Case{"1.000", "USD", 0, MoneyError::too_many_digits}, Case{"-1", "USD", 0, MoneyError::negative},
      Case{"1e2", "USD", 0, MoneyError::exponent}, Case{"1.5E1", "USD", 0, MoneyError::exponent},
      Case{"", "USD", 0, MoneyError::not_a_number}, Case{".5", "USD", 0, MoneyError::not_a_number},
      Case{"5.", "USD", 0, MoneyError::not_a_number}, Case{"00.5", "USD", 0, MoneyError::not_a_number},
      Case{"01", "USD", 0, MoneyError::not_a_number}, Case{"+1", "USD", 0, MoneyError::not_a_number},
      Case{" 1", "USD", 0, MoneyError::not_a_number}, Case{"1 ", "USD", 0, MoneyError::not_a_number},
      Case{"1,5", "USD", 0, MoneyError::not_a_number}, Case{"0x10", "USD", 0, MoneyError::not_a_number});
  CAPTURE(c.text, c.currency);
  const auto parsed = parse_money(c.text, *saga::find_currency(c.currency));
  REQUIRE(parsed.error == c.error);
  REQUIRE(parsed.minor == c.minor);
}

TEST_CASE("what was written is read back the same, in every number of digits") {
  std::mt19937_64 random(3);
  for (const char* code : {"JPY", "USD", "KWD", "CLF"}) {
    const saga::Currency currency = *saga::find_currency(code);
    for (int i = 0; i < 2000; ++i) {
      const auto minor = static_cast<std::int64_t>(random() % (std::uint64_t{1} << (random() % 40)));
      const std::string text = render(minor, currency);
      CAPTURE(text);
      REQUIRE(parse_money(text, currency).minor == minor);
      REQUIRE(parse_money(text, currency).error == MoneyError::none);
    }
  }
  REQUIRE(render(7, *saga::find_currency("USD")) == "0.07");
  REQUIRE(render(4999, *saga::find_currency("USD")) == "49.99");
  REQUIRE(render(500, *saga::find_currency("JPY")) == "500");
  REQUIRE(render(5, *saga::find_currency("CLF")) == "0.0005");
}

TEST_CASE("only currencies of ISO 4217 are known, in upper case") {
  REQUIRE(saga::find_currency("EUR")->digits == 2);
  REQUIRE(saga::find_currency("ISK")->digits == 0);
  REQUIRE(saga::find_currency("TND")->digits == 3);
  for (const char* code : {"", "US", "usd", "USDX", "XXX", "D A", "ABC"}) {
    CAPTURE(code);
    REQUIRE_FALSE(saga::find_currency(code));
  }
}
