#include "edge/verify/findings.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace verify {
namespace {

constexpr std::array<std::string_view, 6> plural{"events that do not fit",  "of stock and money",
                                                 "about the checkpoint",    "about documents",
                                                 "about unfinished orders", "about stock in Redis"};

}  // namespace

void Findings::add(Kind kind, std::string text) {
  Found& found = found_[static_cast<std::size_t>(kind)];
  if (found.texts.size() < told) found.texts.push_back(std::move(text));
  ++found.count;
}

void Findings::drop_about_redis() {
  for (auto kind = static_cast<std::size_t>(Kind::checkpoint); kind < kinds; ++kind) found_[kind] = {};
}

std::uint64_t Findings::count() const {
  std::uint64_t count = 0;
  for (const Found& found : found_) count += found.count;
  return count;
}

std::string Findings::text() const {
  std::string text;
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    const Found& found = found_[kind];
    for (const std::string& line : found.texts) text += "finding: " + line + "\n";
    if (found.count > found.texts.size())
      text += fmt::format("finding: {} more {}\n", found.count - found.texts.size(), plural[kind]);
  }
  return text;
}

}  // namespace verify
