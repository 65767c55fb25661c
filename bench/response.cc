#include "bench/response.h"

#include <strings.h>

#include <charconv>
#include <optional>

namespace bench {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The value of a header line, when it is the header called `name` (in lower case, with its colon).
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (line.size() < name.size() || (line[0] | 0x20) != name[0]) return std::nullopt;
  if (strncasecmp(line.data(), name.data(), name.size()) != 0) return std::nullopt;
  return trimmed(line.substr(name.size()));
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Parsed parse_response(std::string_view bytes, Response& response, std::size_t& consumed) {
  constexpr std::string_view version = "HTTP/1.1 ";
  constexpr std::size_t head_bytes_max = 16 * 1024;
  std::optional<std::size_t> body_bytes;
  response = {};
  for (std::size_t at = 0;;) {
    const std::size_t end = bytes.find("\r\n", at);
    if (end == std::string_view::npos)
      return bytes.size() > head_bytes_max ? Parsed::malformed : Parsed::partial;
    const std::string_view line = bytes.substr(at, end - at);
    if (at == 0) {
      if (!line.starts_with(version) || !read_number(line.substr(version.size(), 3), response.status))
        return Parsed::malformed;
    } else if (line.empty()) {
      at = end + 2;
      if (!body_bytes) return Parsed::malformed;
      if (bytes.size() - at < *body_bytes) return Parsed::partial;
      response.body = bytes.substr(at, *body_bytes);
      consumed = at + *body_bytes;
      return Parsed::whole;
    } else if (const auto length = value_of(line, "content-length:")) {
      std::size_t count = 0;
      if (!read_number(*length, count)) return Parsed::malformed;
      body_bytes = count;
    } else if (const auto location = value_of(line, "location:")) {
      response.location = *location;
    }
    at = end + 2;
  }
}

}  // namespace bench
