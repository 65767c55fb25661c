#include "edge/traces/settings.h"

#include <algorithm>
#include <array>

#include "edge/url_parts.h"

namespace traces {
namespace {

constexpr auto advice = "write http://HOST:4318, without /v1/traces";

// RFC 9110's token.
bool is_name(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 8> ours{"content-type", "content-length",   "host",
                                                        "user-agent",   "connection",       "expect",
                                                        "upgrade",      "transfer-encoding"};
  const auto same = [](char a, char b) { return a == b || (b >= 'A' && b <= 'Z' && a == b + 32); };
  return std::any_of(ours.begin(), ours.end(), [&](std::string_view one) {
    return std::equal(one.begin(), one.end(), name.begin(), name.end(), same);
  });
}

}  // namespace

engine::Result<> check_header(const Header& header) {
  if (!is_name(header.name)) return "is no name of a header";
  if (is_ours(header.name)) return "is a header that the engine writes itself; remove it";
  if (header.value.empty()) return "is empty; remove it";
  const auto seen = [](char c) { return c == ' ' || (static_cast<unsigned char>(c) > 0x20 && c != 0x7f); };
  const bool blank_ends = header.value.front() == ' ' || header.value.back() == ' ';
  if (blank_ends || !std::all_of(header.value.begin(), header.value.end(), seen))
    return "holds what no header may: a line break, a control character, or a blank at an end";
  return {};
}

engine::Result<> check_url(const std::string& text) {
  const auto url = edge::split_url(text);
  if (!url) return std::string("is no address; ") + advice;
  if (url->scheme != "http" && url->scheme != "https")
    return "has the scheme \"" + url->scheme + "\"; " + advice;
  if (!url->user.empty() || !url->password.empty()) return std::string("must not carry a login; ") + advice;
  if (!url->query.empty() || !url->fragment.empty())
    return std::string("has something behind its path; ") + advice;
  if (url->path.ends_with("/v1/traces"))
    return std::string("ends in /v1/traces, which is put behind it; ") + advice;
  if (url->port == "0") return "has no usable port; write 1 to 65535";
  return {};
}

}  // namespace traces
