// TOML text to Nodes; the one file that knows the TOML library.
//
// Thread: any; pure functions. A syntax error ends the parse: the library stops at the first, and what
// follows it would be guesswork.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edge/config/node.h"

namespace edge {

struct ParsedToml {
  std::optional<Node> root;  // a table; absent when `error` says why, at `at`
  std::string error;
  Place at;
};

ParsedToml parse_toml(std::string_view document);

// One value as it would stand behind `key =`, without places, or nothing when the text is not TOML.
std::optional<Node> parse_toml_value(std::string_view text);

// `text` as a TOML basic string, quotes included.
std::string quote_toml(std::string_view text);

}  // namespace edge
