// sim: runs worlds from seeds, many or one. Arguments are described by `usage` below.
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include "tests/sim/bugs.h"
#include "tests/sim/runner.h"

namespace {

constexpr const char* usage =
    "sim --seeds N [--from S] [--jobs J]   run seeds S, S+1, …; the first that fails is named\n"
    "sim --seed N                          run one, printing each step\n"
    "sim_seeded --bug NAME                 the same with a bug put in\n"
    "sim_seeded --bugs [--seeds N]         put in each bug in turn, and fail if N seeds do not catch it\n";

std::optional<std::uint64_t> number(const char* text) {
  std::uint64_t value = 0;
  const char* const end = text + std::strlen(text);
  const auto parsed = std::from_chars(text, end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

bool choose_bug(std::string_view name) {
  for (std::size_t i = 1; i < sim::bug_names.size(); ++i) {
    if (sim::bug_names[i] != name) continue;
    sim::seeded_bug = static_cast<sim::Bug>(i);
    return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  sim::Plan plan;
  std::optional<std::uint64_t> one;
  bool all_bugs = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--bugs") {
      all_bugs = true;
      continue;
    }
    if (i + 1 == argc) return std::fputs(usage, stderr), 2;
    const char* const text = argv[++i];
    const auto value = number(text);
    if (word == "--seeds" && value) {
      plan.count = *value;
    } else if (word == "--from" && value) {
      plan.from = *value;
    } else if (word == "--jobs" && value && *value > 0) {
      plan.jobs = *value;
    } else if (word == "--seed" && value) {
      one = value;
    } else if (word == "--bug" && choose_bug(text)) {
    } else {
      return std::fputs(usage, stderr), 2;
    }
  }
  if (all_bugs) return sim::catch_bugs(plan.count);
  return one ? sim::replay(*one) : sim::run(plan);
}
