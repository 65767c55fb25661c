#include "edge/web/page.h"

#include <array>

#include "edge/web/markup.h"
#include "edge/web/script.h"
#include "edge/web/style.h"

namespace web {
namespace {

constexpr std::array parts{before_style, style, before_script, script, after_script};

constexpr std::size_t size = [] {
  std::size_t bytes = 0;
  for (const std::string_view part : parts) bytes += part.size();
  return bytes;
}();

/// Joined by the compiler: the page is one constant text.
constexpr std::array<char, size> text = [] {
  std::array<char, size> joined{};
  std::size_t at = 0;
  for (const std::string_view part : parts) {
    for (const char c : part) joined[at++] = c;
  }
  return joined;
}();

}  // namespace

std::string_view page() { return {text.data(), text.size()}; }

}  // namespace web
