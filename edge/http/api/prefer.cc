#include "edge/http/api/prefer.h"

#include <algorithm>
#include <charconv>

#include "edge/http/wire/text.h"

namespace http {

std::optional<int> preferred_wait(std::string_view prefer) {
  while (!prefer.empty()) {
    const std::string_view element = next_element(prefer);
    const std::string_view preference = trim(element.substr(0, element.find(';')));
    const std::size_t equals = preference.find('=');
    if (equals == std::string_view::npos || !equal_ignoring_case(trim(preference.substr(0, equals)), "wait"))
      continue;
    std::string_view value = trim(preference.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    unsigned seconds = 0;
    const char* const end = value.data() + value.size();
    const auto [at, error] = std::from_chars(value.data(), end, seconds);
    if (error == std::errc::result_out_of_range) return wait_seconds_max;
    if (error != std::errc{} || at != end) return std::nullopt;
    return static_cast<int>(std::min<unsigned>(seconds, wait_seconds_max));
  }
  return std::nullopt;
}

}  // namespace http
