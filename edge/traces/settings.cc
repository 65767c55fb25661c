#include "edge/traces/settings.h"

#include "edge/url_parts.h"

namespace traces {
namespace {

constexpr auto advice = "write http://HOST:4318, without /v1/traces";

}  // namespace

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
