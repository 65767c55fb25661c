#include "handlers/simulate.h"

#include <algorithm>
#include <cmath>

namespace handlers {
namespace {

constexpr int finest_digits = 4;

/// Of all ids, the share `rate`; which ones is different for every `salt`.
bool chosen(const saga::OrderId& id, std::uint64_t salt, double rate) {
  saga::OrderId salted = id;
  for (std::size_t i = 0; i < 8; ++i) salted.bytes[i] ^= static_cast<std::uint8_t>(salt >> (8 * i));
  const auto drawn = static_cast<double>(saga::draw(salted) >> 11U);
  return drawn < rate * std::ldexp(1.0, 53);
}

std::int64_t in_ten_thousandths(const saga::Order& order) {
  std::int64_t amount = order.total_minor;  // at most 10^12, so at most 10^16
  for (int digits = order.currency.digits; digits < finest_digits; ++digits) amount *= 10;
  return amount;
}

bool fails_now(double rate, const bool* away, const tape::Record& record) {
  if (away != nullptr && *away) return true;
  if (rate <= 0) return false;
  const std::uint64_t attempt = record.attempts.load(std::memory_order_relaxed);  // the holder's own
  return chosen(record.order.id, 0x8cb92ba72f3d8dd7 + (std::uint64_t{record.step} << 32U) + attempt, rate);
}

}  // namespace

bool fails_now(const PaymentRules& rules, const tape::Record& record) {
  return fails_now(rules.transient_rate, rules.away, record);
}
bool refund_fails_now(const PaymentRules& rules, const tape::Record& record) {
  return fails_now(rules.refund_transient_rate, rules.away, record);
}
bool fails_now(const ShippingRules& rules, const tape::Record& record) {
  return fails_now(rules.transient_rate, rules.away, record);
}

bool declines(const PaymentRules& rules, const saga::Order& order) {
  if (rules.decline_over >= 0 && in_ten_thousandths(order) > rules.decline_over) return true;
  if (!rules.decline_email.empty() && matches(rules.decline_email, order.email)) return true;
  return chosen(order.id, 0x9e3779b97f4a7c15, rules.decline_rate);
}

bool fails(const ShippingRules& rules, const saga::Order& order) {
  const auto hit = [&](const saga::Line& line) { return matches(rules.fail_sku, line.sku); };
  if (!rules.fail_sku.empty() && std::any_of(order.lines.begin(), order.lines.end(), hit)) return true;
  return chosen(order.id, 0xd1b54a32d192ed03, rules.fail_rate);
}

std::int64_t ten_thousandths(std::string_view money) {
  const saga::MoneyParse parse = saga::parse_money(money, {.code = "", .digits = finest_digits});
  return parse.error == saga::MoneyError::none ? parse.minor : -1;
}

bool matches(std::string_view pattern, std::string_view text) {
  // Greedy with one way back: to the last star, which then takes one character more.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace handlers
