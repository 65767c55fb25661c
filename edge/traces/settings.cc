#include "edge/traces/settings.h"

#include <curl/curl.h>

#include <memory>

namespace traces {
namespace {

constexpr auto advice = "write http://HOST:4318, without /v1/traces";

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

/// Empty if there is none.
std::string part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

engine::Result<> check_url(const std::string& text) {
  const Url url(curl_url());
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return std::string("is no address; ") + advice;
  const std::string scheme = part(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return "has the scheme \"" + scheme + "\"; " + advice;
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty())
    return std::string("must not carry a login; ") + advice;
  if (!part(url, CURLUPART_QUERY).empty() || !part(url, CURLUPART_FRAGMENT).empty())
    return std::string("has something behind its path; ") + advice;
  if (part(url, CURLUPART_PATH).ends_with("/v1/traces"))
    return std::string("ends in /v1/traces, which is put behind it; ") + advice;
  if (part(url, CURLUPART_PORT) == "0") return "has no usable port; write 1 to 65535";
  return {};
}

}  // namespace traces
