#include "edge/smtp/transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "edge/url_parts.h"

namespace smtp {
namespace {

constexpr std::string_view folder_scheme = "dir:";

/// A host name, or an address in brackets.
engine::Result<> check_ehlo(std::string_view name) {
  const bool good = name.size() <= 255 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '[' || c == ']' || c == ':';
                    });
  if (!good) return "is no host name; write mail.example.com";
  return {};
}

engine::Result<> check_server_url(const std::string& text) {
  constexpr auto advice = "write smtp://HOST[:PORT], smtps://HOST[:PORT], dir:PATH or discard:";
  const auto url = edge::split_url(text, edge::Schemes::any);
  if (!url) return std::string("is no mail address; ") + advice;
  const std::string& scheme = url->scheme;
  if (scheme != "smtp" && scheme != "smtps") return "has the scheme \"" + scheme + "\"; " + advice;
  if (!url->user.empty() || !url->password.empty())
    return "must not carry a login; use mail.user and mail.password";
  if (!url->query.empty() || !url->fragment.empty())
    return std::string("has more than a host and a port; ") + advice;
  if (!url->path.empty() && url->path != "/")
    return "has a path; a name to greet the server with goes into mail.ehlo";
  if (url->port == "0") return "has no usable port; write 1 to 65535";
  const curl_version_info_data* const have = curl_version_info(CURLVERSION_NOW);
  const char* const* protocol = have->protocols;
  while (*protocol != nullptr && scheme != *protocol) ++protocol;
  if (*protocol == nullptr)
    return "this libcurl (" + std::string(have->version) + ") does not speak " + scheme +
           "; install one that does";
  return {};
}

/// libcurl finds out with the first mail only, and then every mail waits.
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
  if (!parse_sender(settings.from))
    add("from", "is no sender; write \"Shop <orders@example.com>\" or \"orders@example.com\"");
  if (settings.connections < 1) add("connections", "is too little; write at least 1");
  const bool folder = settings.url.starts_with(folder_scheme);
  if (folder || settings.url == "discard:") {
    if (!settings.user.empty() || !settings.password.empty())
      add("url", "takes no login; remove mail.user and mail.password, or write smtp://…");
    if (folder) add("url", check_folder(settings.url.substr(folder_scheme.size())));
    return wrong;
  }
  add("url", check_server_url(settings.url));
  add("ehlo", check_ehlo(settings.ehlo));
  if (!settings.user.empty() && settings.password.empty())
    add("user", "has no password beside it; write mail.password");
  if (settings.user.empty() && !settings.password.empty())
    add("password", "has no user beside it; write mail.user");
  if (!settings.ca_file.empty()) add("ca_file", check_authorities(settings.ca_file));
  return wrong;
}

std::variant<std::unique_ptr<Transport>, std::string> make_transport(const Settings& settings) {
  if (settings.url.starts_with(folder_scheme)) {
    return make_folder_transport(settings.url.substr(folder_scheme.size()));
  }
  return make_smtp_transport(settings);
}

}  // namespace smtp
