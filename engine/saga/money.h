// Money: an amount in minor units of an ISO 4217 currency. Read from its characters and written from its
// digits, never through a binary fraction.
//
// Bounds: an amount is at most max_minor (10^12); sums of checked amounts therefore never overflow 64 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace saga {

struct Currency {
  char code[4] = "USD";     // ISO 4217, upper case
  std::uint8_t digits = 2;  // of the fraction: 0 (JPY) to 4 (CLF)

  std::string_view name() const { return {code, 3}; }
  friend bool operator==(const Currency& a, const Currency& b) { return a.name() == b.name(); }
};

/// By its code, upper case; nothing when ISO 4217 has no such currency in force.
std::optional<Currency> find_currency(std::string_view code);
/// Also one that was in force when an order was placed.
std::optional<Currency> find_currency_in_log(std::string_view code);

inline constexpr std::int64_t max_minor = 1'000'000'000'000;

enum class MoneyError : std::uint8_t { none, not_a_number, negative, exponent, too_many_digits, too_large };

struct MoneyParse {
  std::int64_t minor = 0;
  MoneyError error = MoneyError::none;
};

/// Reads a decimal number ("49.99", "50", "0.5") in units of `currency`. Leading zeros as JSON has them:
/// "0.5" yes, "00.5" no. Zeros behind the currency's digits say nothing and pass.
MoneyParse parse_money(std::string_view text, const Currency& currency);
std::string_view describe(MoneyError error);

inline constexpr std::size_t money_text_max = 32;
/// Writes "49.99" with exactly the currency's digits; returns the length. `out` has room for money_text_max.
std::size_t render_money(std::int64_t minor, const Currency& currency, char* out);

}  // namespace saga
