// Writes JSON into memory the caller has measured: each call puts its bytes at the cursor and returns the new
// one.
//
// Bounds: escape() writes at most escaped_max(size) bytes, number() at most 20.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace saga::json {

constexpr std::size_t escaped_max(std::size_t bytes) { return 6 * bytes; }
/// What escape() writes of this text.
inline std::size_t escaped_bytes(std::string_view text) {
  std::size_t bytes = text.size();
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') [[likely]]
      continue;
    bytes += byte < 0x20 ? 5U : 1U;
  }
  return bytes;
}

inline char* put(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

inline char* number(char* to, std::int64_t value) { return std::to_chars(to, to + 20, value).ptr; }

/// The inside of a JSON string (RFC 8259 section 7); `text` is UTF-8 already.
inline char* escape(char* to, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') [[likely]] {
      *to++ = c;
    } else if (c == '"' || c == '\\') {
      *to++ = '\\';
      *to++ = c;
    } else {
      to = put(to, "\\u00");
      *to++ = digits[byte >> 4U];
      *to++ = digits[byte & 15U];
    }
  }
  return to;
}

/// The same as a text of its own.
std::string escaped(std::string_view text);

/// A member behind others, if there is a text: ,"key":"text".
inline char* text_member(char* to, std::string_view key, std::string_view text) {
  if (text.empty()) return to;
  to = put(put(put(to, ",\""), key), "\":\"");
  return put(escape(to, text), "\"");
}

inline char* hex(char* to, std::span<const std::uint8_t> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    *to++ = digits[byte >> 4U];
    *to++ = digits[byte & 15U];
  }
  return to;
}

/// RFC 3339 in UTC with microseconds, 27 bytes: 2026-01-02T03:04:05.123456Z. `ns` since the Unix epoch, not
/// negative.
char* time(char* to, std::int64_t ns);

}  // namespace saga::json
