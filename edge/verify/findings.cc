#include "edge/verify/findings.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace verify {
namespace {

constexpr std::array<std::string_view, 7> plural{
    "events that do not fit",  "of stock and money",   "about the checkpoint", "about documents",
    "about unfinished orders", "about stock in Redis", "about references"};

}  // namespace

void Findings::add(Kind kind, std::string text) {
  Group& group = groups_[static_cast<std::size_t>(kind)];
  if (group.texts.size() < told) group.texts.push_back(std::move(text));
  ++group.count;
}

void Findings::drop_about_redis() {
  for (auto kind = static_cast<std::size_t>(Kind::checkpoint); kind < kinds; ++kind) groups_[kind] = {};
}

std::uint64_t Findings::count() const {
  std::uint64_t count = 0;
  for (const Group& group : groups_) count += group.count;
  return count;
}

std::string Findings::text() const {
  std::string text;
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    const Group& group = groups_[kind];
    for (const std::string& line : group.texts) text += "finding: " + line + "\n";
    if (group.count > group.texts.size())
      text += fmt::format("finding: {} more {}\n", group.count - group.texts.size(), plural[kind]);
  }
  return text;
}

}  // namespace verify
