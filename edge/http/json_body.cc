#include "edge/http/json_body.h"

#include <algorithm>

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

Verdict read_whole(ondemand::value value, std::string pointer, std::uint64_t least, std::uint64_t most,
                   const char* wanted, std::uint64_t& out) {
  if (const error_code error = value.get_uint64().get(out)) {
    if (error == simdjson::NUMBER_ERROR || error == simdjson::NUMBER_OUT_OF_RANGE)
      return wrong_field(std::move(pointer), wanted);
    return unreadable(value, error, std::move(pointer), wanted);
  }
  if (out < least || out > most) return wrong_field(std::move(pointer), wanted);
  return std::nullopt;
}

}  // namespace http::json
