// The table of settings: for each its key, default, bounds, meaning and the field it fills. Everything else
// in this folder (reading, precedence, suggestions, printing) walks this one table, so a setting is added
// here and in config.h and nowhere else.
//
// Thread: any; the table is constant.
// Invariants: keys are unique and grouped by section; every default reads without complaint (a test proves
// both).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "edge/config/config.h"
#include "engine/result.h"

namespace edge {

// The field of a Config that a setting fills; its type decides how the value is read.
using Slot =
    std::variant<std::string*, std::vector<std::string>*, Secret*, std::vector<Secret>*, Duration*,
                 std::uint64_t*, double*, bool*, Address*, std::vector<Token>*, std::vector<ClientSetting>*,
                 std::vector<Header>*, std::vector<runtime::AgentCpu>*, ProviderKind*, saga::Capture*,
                 handlers::Untracked*, codec::Mode*, runtime::Idle*, Log::Level*, Log::Format*>;

struct Rule {
  enum class Kind : std::uint8_t { text, secret, duration, count, bytes, rate, flag, address, choice, table };
  Kind kind = Kind::text;
  std::int64_t low = 0;  // of durations (ns), counts and bytes
  std::int64_t high = 0;
  std::string_view choices = {};  // of choices, in the order of the enumerators, space between
  engine::Result<> (*check)(std::string_view) = nullptr;  // of texts
  bool url = false;   // of secrets: a URL, which is one only if a password stands in it
  bool list = false;  // of secrets: several may stand there
};

struct Setting {
  std::string_view key;       // section.name, or section.table.name
  std::string_view fallback;  // the default, as `--set` would take it
  std::string_view inherits;  // another key whose value is the default instead
  std::string_view meaning;
  Rule rule;
  Slot (*slot)(Config&);
  bool chosen = false;  // with --config it must be written: nobody is to get the default unawares
};

std::span<const Setting> all_settings();
// Why a key that looks like a setting is none, or empty.
std::string_view why_refused(std::string_view key);
const Setting* find_setting(std::string_view key);

}  // namespace edge
