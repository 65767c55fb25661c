#include "edge/healthcheck.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace edge {
namespace {

constexpr std::size_t kept_bytes = 1024;  // of the answer

std::size_t keep(const char* data, std::size_t size, std::size_t count, void* into) {
  std::string& text = *static_cast<std::string*>(into);
  text.append(data, std::min(size * count, kept_bytes - std::min(text.size(), kept_bytes)));
  return size * count;
}

}  // namespace

engine::Result<> healthcheck(const std::string& url, std::chrono::milliseconds patience) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  std::string answer;
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(patience.count()));
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &keep);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) return url + ": " + curl_easy_strerror(code);
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return url + " answers " + std::to_string(status) + ": " + answer;
  return {};
}

}  // namespace edge
