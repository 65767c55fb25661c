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

/// Quoted-string of RFC 5321 section 4.1.2, not empty; a backslash stands before a quote or a backslash only.
bool quoted_string(std::string_view part) {
  if (part.size() < 3 || part.front() != '"' || part.back() != '"') return false;
  part = part.substr(1, part.size() - 2);
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '\\') {
      if (++i == part.size() || (part[i] != '"' && part[i] != '\\')) return false;
    } else if (part[i] < ' ' || part[i] > '~' || part[i] == '"' || part[i] == '<' || part[i] == '>') {
      return false;
    }
  }
  return true;
}

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

std::size_t email_domain(std::string_view address) {
  return address.rfind('@') + 1;  // npos + 1 is 0
}

bool valid_email(std::string_view address) {
  const std::size_t begin = email_domain(address);
  if (begin == 0 || address.size() > max_email_bytes) return false;
  const std::string_view local = address.substr(0, begin - 1);
  const std::string_view domain = address.substr(begin);
  if (local.size() > max_local_bytes || !(quoted_string(local) || dotted(local, atom))) return false;
  if (!dotted(domain, label)) return false;
  const std::size_t last_dot = domain.rfind('.');
  return last_dot != std::string_view::npos && !std::ranges::all_of(domain.substr(last_dot + 1), digit);
}

}  // namespace saga
