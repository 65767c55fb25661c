#include "engine/saga/money.h"

#include <fstream>
#include <map>
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
      Case{"1.999", "USD", 0, MoneyError::too_many_digits}, Case{"1.000", "USD", 100, MoneyError::none},
      Case{"705.00", "JPY", 705, MoneyError::none}, Case{"29.0000", "USD", 2900, MoneyError::none},
      Case{"0.070", "USD", 7, MoneyError::none},
      Case{"1.230000000000000000000000000000", "EUR", 123, MoneyError::none},
      Case{"1.0010", "USD", 0, MoneyError::too_many_digits},
      Case{"705.01", "JPY", 0, MoneyError::too_many_digits}, Case{"-1", "USD", 0, MoneyError::negative},
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

TEST_CASE("every code of ISO 4217's list is known with its digits, and no other") {
  std::map<std::string, std::string> listed;
  std::ifstream list("tests/unit/saga/iso4217_list_one.txt");
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with('#')) listed[line.substr(0, 3)] = line.substr(4);
  }
  REQUIRE(listed.size() > 150);
  std::string code(3, 'A');
  for (code[0] = 'A'; code[0] <= 'Z'; ++code[0]) {
    for (code[1] = 'A'; code[1] <= 'Z'; ++code[1]) {
      for (code[2] = 'A'; code[2] <= 'Z'; ++code[2]) {
        const auto known = saga::find_currency(code);
        const auto at = listed.find(code);
        const bool has_digits = at != listed.end() && at->second != "N.A.";
        if (known.has_value() != has_digits || (known && std::to_string(known->digits) != at->second))
          FAIL(code);
      }
    }
  }
}

TEST_CASE("an order in the log keeps a currency that was withdrawn since") {
  for (const char* code : {"ANG", "BGN"}) {
    REQUIRE_FALSE(saga::find_currency(code));
    REQUIRE(saga::find_currency_in_log(code)->name() == code);
  }
  REQUIRE(saga::find_currency_in_log("JPY")->digits == 0);
  REQUIRE_FALSE(saga::find_currency_in_log("XXX"));
}
