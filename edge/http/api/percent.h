// Percent-encoding (RFC 3986) taken off a part of a target. A plus sign is one, unless `plus` says what it stands for.
// Thread: any; pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// Nothing if a percent sign does not stand before two hex digits.
inline std::optional<std::string> percent_decoded(std::string_view part, char plus = '+') {
  std::string text;
  text.reserve(part.size());
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '%') {
      text += part[i] == '+' ? plus : part[i];
      continue;
    }
    if (part.size() - i < 3) return std::nullopt;
    const char* const digits = part.data() + i + 1;
    std::uint8_t byte = 0;
    if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
    text += static_cast<char>(byte);
    i += 2;
  }
  return text;
}

}  // namespace http
