#include "edge/participants/settings.h"

#include <curl/curl.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "edge/participants/signature.h"
#include "engine/result.h"

namespace participants {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

/// Null: it is none.
Url parse_url(const std::string& text) {
  Url url(curl_url());
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return nullptr;
  return url;
}

/// Empty if there is none.
std::string part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

engine::Result<> check_url(const std::string& text) {
  if (text.empty()) return "is missing; write https://HOST[:PORT]/PATH";
  const Url url = parse_url(text);
  if (url == nullptr) return "is no address; write https://HOST[:PORT]/PATH";
  const std::string scheme = part(url, CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http")
    return "has the scheme \"" + scheme + "\"; write https://HOST[:PORT]/PATH";
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty())
    return "must not carry a login; calls are signed with the secret";
  if (!part(url, CURLUPART_FRAGMENT).empty()) return "has a fragment (#…), which is never sent; remove it";
  if (part(url, CURLUPART_PORT) == "0") return "has no usable port; write 1 to 65535";
  return {};
}

engine::Result<> check_secrets(const std::vector<std::string>& secrets) {
  constexpr auto advice =
      "write whsec_ and the base64 of at least 24 random bytes: echo whsec_$(openssl rand -base64 32)";
  if (secrets.empty()) return std::string("is missing; ") + advice;
  for (const std::string& secret : secrets) {
    if (!parse_secret(secret)) return std::string("is no secret of Standard Webhooks; ") + advice;
  }
  return {};
}

/// libcurl finds out with the first call only, and then every call waits.
engine::Result<> check_authorities(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || !std::filesystem::is_regular_file(path, error))
    return "\"" + path + "\" cannot be read; check the path and its rights";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("-----BEGIN ") && line.find("CERTIFICATE-----") != std::string::npos) return {};
  }
  return "\"" + path + "\" holds no certificate; write the path of a PEM file";
}

}  // namespace

std::vector<WrongSetting> check(const Settings& settings) {
  std::vector<WrongSetting> wrong;
  const auto add = [&wrong](std::string_view key, engine::Result<> checked) {
    if (!checked.ok()) wrong.push_back({key, std::move(checked).error()});
  };
  add("url", check_url(settings.url));
  add("secret", check_secrets(settings.secrets));
  if (settings.connections < 1 || settings.connections > 1024)
    add("connections", "is out of range; write 1 to 1024");
  if (settings.timeout < std::chrono::milliseconds{1}) add("timeout", "is too short; write at least 1ms");
  if (!settings.ca_file.empty()) add("ca_file", check_authorities(settings.ca_file));
  return wrong;
}

std::string warning(const Settings& settings) {
  const Url url = parse_url(settings.url);
  if (url == nullptr || part(url, CURLUPART_SCHEME) != "http" || is_loopback(part(url, CURLUPART_HOST)))
    return "";
  return settings.name + ".url: orders go to " + part(url, CURLUPART_HOST) + " in clear; write https://";
}

}  // namespace participants
