// The parts of an address that libcurl is to call, by its own rules (RFC 3986).
//
// Thread: any; nothing here has state.
#pragma once

#include <optional>
#include <string>

namespace edge {

/// Empty: it has none.
struct UrlParts {
  std::string scheme, user, password, host, port, path, query, fragment;
};

enum class Schemes { known, any };  // to libcurl

/// Nothing: it is no address.
std::optional<UrlParts> split_url(const std::string& text, Schemes schemes = Schemes::known);

}  // namespace edge
