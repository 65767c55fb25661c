#include "edge/participants/settings.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "edge/participants/signature.h"
#include "edge/url_parts.h"
#include "engine/result.h"

namespace participants {
namespace {

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

engine::Result<> check_url(const std::string& text) {
  if (text.empty()) return "is missing; write https://HOST[:PORT]/PATH";
  const auto url = edge::split_url(text);
  if (!url) return "is no address; write https://HOST[:PORT]/PATH";
  if (url->scheme != "https" && url->scheme != "http")
    return "has the scheme \"" + url->scheme + "\"; write https://HOST[:PORT]/PATH";
  if (!url->user.empty() || !url->password.empty())
    return "must not carry a login; calls are signed with the secret";
  if (!url->fragment.empty()) return "has a fragment (#…), which is never sent; remove it";
  if (url->port == "0") return "has no usable port; write 1 to 65535";
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
  const auto url = edge::split_url(settings.url);
  if (!url || url->scheme != "http" || is_loopback(url->host)) return "";
  return settings.name + ".url: orders go to " + url->host + " in clear; write https://";
}

}  // namespace participants
