#include "edge/http/api/json_body.h"

#include <algorithm>
#include <charconv>

namespace http::json {

std::string pointer_to(std::string_view parent, std::string_view key) {
  std::size_t size = std::min<std::size_t>(key.size(), 64);
  while (size > 0 && size < key.size() && (static_cast<unsigned char>(key[size]) & 0xc0U) == 0x80U) --size;
  std::string pointer{parent};
  pointer += '/';
  for (const char c : key.substr(0, size)) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

Verdict read_text(ondemand::value value, std::string pointer, std::string_view& out) {
  if (const error_code error = value.get_string().get(out))
    return unreadable(value, error, std::move(pointer), "must be a string");
  if (out.data() == nullptr) out = "";
  return std::nullopt;
}

Verdict read_number(ondemand::value value, std::string pointer, std::string_view wanted,
                    std::string_view& out) {
  double checked = 0;  // only for the grammar, and to step over it
  const std::string_view token = value.raw_json_token();
  if (const error_code error = value.get_double().get(checked)) {
    if (error == simdjson::NUMBER_ERROR) return wrong_field(std::move(pointer), std::string{wanted});
    return unreadable(value, error, std::move(pointer), wanted);
  }
  out = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
  return std::nullopt;
}

Verdict read_whole(ondemand::value value, std::string pointer, std::int64_t least, std::int64_t most,
                   std::string_view wanted, std::int64_t& out) {
  std::string_view text;
  if (Verdict problem = read_number(value, pointer, wanted, text)) return problem;
  const char* const end = text.data() + text.size();
  const auto [whole, error] = std::from_chars(text.data(), end, out);
  const bool fraction = whole != end && *whole == '.';  // with a digit behind it, or it were no number
  if (error != std::errc{} || out < least || out > most ||
      std::find_if(whole + (fraction ? 1 : 0), end, [](char c) { return c != '0'; }) != end)
    return wrong_field(std::move(pointer), std::string{wanted});
  return std::nullopt;
}

}  // namespace http::json
