// Small things about header text: blanks and letter case (ASCII only, as RFC 9110 means it).
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace http {

constexpr bool blank(char c) { return c == ' ' || c == '\t'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

/// `name` is in lower case.
constexpr bool equal_ignoring_case(std::string_view text, std::string_view name) {
  if (text.size() != name.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != name[i]) return false;
  }
  return true;
}

constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Its memory is given back: assigning an empty string keeps it.
inline void give_back(std::string& text) { std::string{}.swap(text); }

namespace text {
constexpr std::array<bool, 256> token_characters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~0123456789"})
    table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  return table;
}();
}  // namespace text

/// RFC 9110 section 5.6.2.
constexpr bool token(std::string_view word) {
  for (const char c : word) {
    if (!text::token_characters[static_cast<unsigned char>(c)]) return false;
  }
  return !word.empty();
}

/// A Content-Type, whatever its parameters.
constexpr bool is_json(std::string_view content_type) {
  return equal_ignoring_case(trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

/// Takes the next element of a comma-separated list off its front.
constexpr std::string_view next_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

/// RFC 9110 section 13.1: whether a list of entity tags names `tag`, or is a star. Weak ones count where they
/// are compared weakly.
constexpr bool names_tag(std::string_view list, std::string_view tag, bool weakly) {
  while (!list.empty()) {
    std::string_view element = next_element(list);
    if (weakly && element.starts_with("W/")) element.remove_prefix(2);
    if (element == tag || element == "*") return true;
  }
  return false;
}

}  // namespace http
