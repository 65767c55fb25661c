#include "edge/http/api/card_number.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace http {
namespace {

constexpr std::size_t digits_min = 13, digits_max = 19;

bool digit(char c) { return c >= '0' && c <= '9'; }

class Digits {
 public:
  /// False: they are too many.
  bool add(char c) {
    if (count_ == digits_max) return false;
    digits_[count_++] = c;
    return true;
  }
  bool empty() const { return count_ == 0; }

  bool card_number() const {
    if (count_ < digits_min) return false;
    int sum = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      const int value = digits_[count_ - 1 - i] - '0';
      sum += i % 2 == 0 ? value : value * 2 - (value > 4 ? 9 : 0);
    }
    return sum % 10 == 0;
  }

 private:
  std::array<char, digits_max> digits_{};
  std::size_t count_ = 0;
};

/// How many bytes of what people put between digits stand here.
std::size_t separator(std::string_view text) {
  if (std::string_view{" \t\r\n-."}.find(text.front()) != std::string_view::npos) return 1;
  // Spaces and dashes of Unicode: U+00A0, U+2000 to U+2015, U+202F, U+2212, U+3000.
  if (text.starts_with("\u00a0")) return 2;
  if (text.starts_with("\u202f") || text.starts_with("\u2212") || text.starts_with("\u3000")) return 3;
  const std::string_view general = text.substr(0, 3);
  return general >= "\u2000" && general <= "\u2015" ? 3 : 0;
}

}  // namespace

bool card_number_text(std::string_view text) {
  Digits digits;
  while (!text.empty()) {
    std::size_t size = separator(text);
    if (size == 0) {
      if (!digit(text.front()) || !digits.add(text.front())) return false;
      size = 1;
    }
    text.remove_prefix(size);
  }
  return digits.card_number();
}

bool card_number_value(std::string_view number) {
  // Its digits, and how many of them a dot in front of the exponent has put behind it.
  const std::size_t mantissa_end = std::min(number.find_first_of("eE"), number.size());
  int exponent = 0;
  if (mantissa_end < number.size()) {
    std::string_view text = number.substr(mantissa_end + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    if (std::from_chars(text.data(), text.data() + text.size(), exponent).ec != std::errc{}) return false;
  }
  const std::string_view mantissa = number.substr(0, mantissa_end);
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  const auto whole = static_cast<std::ptrdiff_t>(dot) + exponent - (mantissa.starts_with('-') ? 1 : 0);
  Digits digits;
  std::ptrdiff_t place = 0;  // of the next digit; those up to `whole` stand before the dot
  for (const char c : mantissa) {
    if (!digit(c)) continue;
    const bool before_dot = place++ < whole;
    if (!before_dot && c != '0') return false;  // it is no whole number
    if (before_dot && (c != '0' || !digits.empty()) && !digits.add(c)) return false;
  }
  while (place++ < whole) {
    if (!digits.add('0')) return false;
  }
  return digits.card_number();
}

}  // namespace http
