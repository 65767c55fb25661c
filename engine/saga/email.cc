#include "engine/saga/email.h"

#include <algorithm>

#include "engine/saga/order.h"

namespace saga {
namespace {

constexpr std::size_t max_local_bytes = 64;  // RFC 5321 section 4.5.3.1.1
constexpr std::size_t max_label_bytes = 63;

// Not <cctype>: that follows the locale.
constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool letter_or_digit(char c) {
  return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool atom_character(char c) {  // atext of RFC 5322 section 3.2.3
  return letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool atom(std::string_view part) { return !part.empty() && std::ranges::all_of(part, atom_character); }

bool label(std::string_view part) {
  return !part.empty() && part.size() <= max_label_bytes && letter_or_digit(part.front()) &&
         letter_or_digit(part.back()) &&
         std::ranges::all_of(part, [](char c) { return letter_or_digit(c) || c == '-'; });
}

bool dotted(std::string_view text, bool (*valid)(std::string_view)) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!valid(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool valid_email(std::string_view address) {
  const std::size_t at = address.find('@');
  if (at == std::string_view::npos || address.size() > max_email_bytes) return false;
  const std::string_view local = address.substr(0, at);
  const std::string_view domain = address.substr(at + 1);
  if (local.size() > max_local_bytes || !dotted(local, atom)) return false;
  if (!dotted(domain, label)) return false;
  const std::size_t last_dot = domain.rfind('.');
  return last_dot != std::string_view::npos && !std::ranges::all_of(domain.substr(last_dot + 1), digit);
}

}  // namespace saga
