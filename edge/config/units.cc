#include "edge/config/units.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <numeric>
#include <span>

namespace edge {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;
};

constexpr std::int64_t second = 1'000'000'000;
constexpr std::array duration_units{
    Unit{"d", 86'400 * second}, Unit{"h", 3'600 * second}, Unit{"m", 60 * second}, Unit{"s", second},
    Unit{"ms", 1'000'000},      Unit{"us", 1'000},         Unit{"ns", 1}};
constexpr std::array byte_units{Unit{"GiB", std::int64_t{1} << 30}, Unit{"MiB", std::int64_t{1} << 20},
                                Unit{"KiB", std::int64_t{1} << 10}, Unit{"B", 1}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// <digits>[.<digits>]<unit>, exactly.
std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::size_t at = 0;
  std::int64_t whole = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    const int digit = text[at] - '0';
    if (whole > (most - digit) / 10) return {};
    whole = whole * 10 + digit;
  }
  if (at == 0) return {};
  std::string_view fraction;
  if (at < text.size() && text[at] == '.') {
    const std::size_t first = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    fraction = text.substr(first, at - first);
    if (fraction.empty()) return {};
  }
  for (const Unit& unit : units) {
    if (unit.name != text.substr(at)) continue;
    if (whole > most / unit.size) return {};
    const std::int64_t total = whole * unit.size;
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    if (fraction.size() > 9) return {};
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    for (const char c : fraction) {
      numerator = numerator * 10 + (c - '0');
      denominator *= 10;
    }
    const std::int64_t common = std::gcd(unit.size, denominator);
    if (numerator % (denominator / common) != 0) return {};
    const std::int64_t part = numerator / (denominator / common) * (unit.size / common);
    if (total > most - part) return {};
    return total + part;
  }
  return {};
}

std::string render(std::int64_t value, std::span<const Unit> units, std::string_view zero) {
  if (value == 0) return std::string(zero);
  for (const Unit& unit : units) {
    if (value % unit.size == 0) return fmt::format("{}{}", value / unit.size, unit.name);
  }
  return {};
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const auto count = parse(text, duration_units);
  if (!count) return {};
  return std::chrono::nanoseconds(*count);
}

std::string render_duration(std::chrono::nanoseconds duration) {
  return render(duration.count(), duration_units, "0s");
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const auto count = parse(text, byte_units);
  if (!count) return {};
  return static_cast<std::uint64_t>(*count);
}

std::string render_bytes(std::uint64_t bytes) {
  return render(static_cast<std::int64_t>(bytes), byte_units, "0B");
}

}  // namespace edge
