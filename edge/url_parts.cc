#include "edge/url_parts.h"

#include <curl/curl.h>

#include <memory>

namespace edge {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part(CURLU& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(&url, which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::optional<UrlParts> split_url(const std::string& text, Schemes schemes) {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  const unsigned flags = schemes == Schemes::any ? CURLU_NON_SUPPORT_SCHEME : 0;
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), flags) != CURLUE_OK)
    return std::nullopt;
  return UrlParts{.scheme = part(*url, CURLUPART_SCHEME),
                  .user = part(*url, CURLUPART_USER),
                  .password = part(*url, CURLUPART_PASSWORD),
                  .host = part(*url, CURLUPART_HOST),
                  .port = part(*url, CURLUPART_PORT),
                  .path = part(*url, CURLUPART_PATH),
                  .query = part(*url, CURLUPART_QUERY),
                  .fragment = part(*url, CURLUPART_FRAGMENT)};
}

}  // namespace edge
