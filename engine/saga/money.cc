#include "engine/saga/money.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>

namespace saga {
namespace {

// ISO 4217 list one as published on 2026-01-01 by SIX, the standard's maintenance agency
// (https://www.six-group.com/en/products-services/financial-information/market-reference-data/data-standards.html):
// the codes in force by the number of their fraction digits. Those without one (gold, XDR, XXX, ...) are none
// that anybody pays in. tests/unit/saga/iso4217_list_one.txt is the list itself.
constexpr std::string_view no_digits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view three_digits = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view four_digits = "CLF UYW";
constexpr std::string_view two_digits =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
    "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
    "USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG";
// Taken once and withdrawn since; an order placed in one keeps it.
constexpr std::string_view withdrawn_two_digits = "ANG BGN";

bool lists(std::string_view list, std::string_view code) {
  for (std::size_t at = 0; at + 3 <= list.size(); at += 4) {
    if (list.substr(at, 3) == code) return true;
  }
  return false;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Currency> find_currency(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  Currency found;
  std::copy_n(code.data(), 3, found.code);
  if (lists(two_digits, code)) {
    found.digits = 2;
  } else if (lists(no_digits, code)) {
    found.digits = 0;
  } else if (lists(three_digits, code)) {
    found.digits = 3;
  } else if (lists(four_digits, code)) {
    found.digits = 4;
  } else {
    return std::nullopt;
  }
  return found;
}

std::optional<Currency> find_currency_in_log(std::string_view code) {
  if (auto found = find_currency(code)) return found;
  if (code.size() != 3 || !lists(withdrawn_two_digits, code)) return std::nullopt;
  Currency found;
  std::copy_n(code.data(), 3, found.code);
  return found;
}

MoneyParse parse_money(std::string_view text, const Currency& currency) {
  const auto fail = [](MoneyError error) { return MoneyParse{0, error}; };
  if (!text.empty() && text.front() == '-') return fail(MoneyError::negative);
  const auto* const whole_end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto whole = static_cast<std::size_t>(whole_end - text.begin());
  if (whole == 0 || (whole > 1 && text.front() == '0')) return fail(MoneyError::not_a_number);
  std::string_view fraction;
  if (whole_end != text.end()) {
    if (*whole_end == 'e' || *whole_end == 'E') return fail(MoneyError::exponent);
    if (*whole_end != '.') return fail(MoneyError::not_a_number);
    fraction = text.substr(whole + 1);
    if (fraction.empty() || !is_digit(fraction.front())) return fail(MoneyError::not_a_number);
    for (const char c : fraction) {
      if (c == 'e' || c == 'E') return fail(MoneyError::exponent);
      if (!is_digit(c)) return fail(MoneyError::not_a_number);
    }
  }
  while (fraction.size() > currency.digits && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > currency.digits) return fail(MoneyError::too_many_digits);
  if (whole > 13) return fail(MoneyError::too_large);
  std::int64_t minor = 0;
  for (const char c : text.substr(0, whole)) minor = minor * 10 + (c - '0');
  for (std::size_t i = 0; i < currency.digits; ++i)
    minor = minor * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return minor > max_minor ? fail(MoneyError::too_large) : MoneyParse{minor, MoneyError::none};
}

std::string_view describe(MoneyError error) {
  switch (error) {
    case MoneyError::none:
      return "no error";
    case MoneyError::not_a_number:
      return "is not a decimal number such as 49.99";
    case MoneyError::negative:
      return "must not be negative";
    case MoneyError::exponent:
      return "must be written without an exponent";
    case MoneyError::too_many_digits:
      return "has more fraction digits than the currency";
    case MoneyError::too_large:
      return "is over 10^12 minor units";
  }
  return "unknown error";
}

std::size_t render_money(std::int64_t minor, const Currency& currency, char* out) {
  char digits[24];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), minor);
  const auto count = static_cast<std::size_t>(end - digits);
  const std::size_t fraction = currency.digits;
  if (fraction == 0) {
    std::memcpy(out, digits, count);
    return count;
  }
  const std::size_t whole = count > fraction ? count - fraction : 0;
  std::size_t at = 0;
  if (whole == 0) out[at++] = '0';
  std::memcpy(out + at, digits, whole);
  at += whole;
  out[at++] = '.';
  for (std::size_t i = count - whole; i < fraction; ++i) out[at++] = '0';
  std::memcpy(out + at, digits + whole, count - whole);
  return at + (count - whole);
}

}  // namespace saga
