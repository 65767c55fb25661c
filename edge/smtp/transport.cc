#include "edge/smtp/transport.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>

namespace smtp {
namespace {

constexpr std::string_view folder_scheme = "dir:";

class Url {
 public:
  explicit Url(const std::string& text) : url_(curl_url()) {
    parsed_ = url_ != nullptr &&
              curl_url_set(url_, CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  }
  Url(const Url&) = delete;
  Url& operator=(const Url&) = delete;
  ~Url() { curl_url_cleanup(url_); }

  bool parsed() const { return parsed_; }
  /// Empty if there is none.
  std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (curl_url_get(url_, which, &text, 0) != CURLUE_OK) return "";
    std::string copy(text);
    curl_free(text);
    return copy;
  }

 private:
  CURLU* url_;
  bool parsed_ = false;
};

std::string check_server(const Settings& settings) {
  const std::string quoted = "mail url \"" + settings.url + "\"";
  const Url url(settings.url);
  if (!url.parsed())
    return quoted + " is none of smtp://HOST[:PORT], smtps://HOST[:PORT], dir:PATH, discard:";
  const std::string scheme = url.part(CURLUPART_SCHEME);
  if (scheme != "smtp" && scheme != "smtps") {
    return quoted + " has the scheme \"" + scheme + "\"; known are smtp, smtps, dir and discard";
  }
  if (!url.part(CURLUPART_USER).empty() || !url.part(CURLUPART_PASSWORD).empty()) {
    return "the mail url holds a login: put it into user and password";
  }
  if (!url.part(CURLUPART_QUERY).empty() || !url.part(CURLUPART_FRAGMENT).empty()) {
    return quoted + " has more than a host and a port";
  }
  if (settings.user.empty() != settings.password.empty()) {
    return settings.user.empty() ? "mail has a password but no user" : "mail has a user but no password";
  }
  if (!settings.ca_file.empty() && access(settings.ca_file.c_str(), R_OK) != 0) {
    return "mail ca_file \"" + settings.ca_file + "\" cannot be read";
  }
  const curl_version_info_data* const have = curl_version_info(CURLVERSION_NOW);
  const char* const* protocol = have->protocols;
  while (*protocol != nullptr && scheme != *protocol) ++protocol;
  if (*protocol == nullptr)
    return "this libcurl (" + std::string(have->version) + ") does not speak " + scheme;
  return "";
}

}  // namespace

std::string check(const Settings& settings) {
  if (!parse_sender(settings.from)) {
    return "mail from \"" + settings.from +
           "\" is no sender such as \"Shop <orders@example.com>\" or \"orders@example.com\"";
  }
  if (settings.url == "discard:") return "";
  if (settings.connections < 1) return "mail needs at least one connection";
  if (settings.url.starts_with(folder_scheme)) {
    return settings.url.size() > folder_scheme.size() ? "" : "mail url \"dir:\" lacks the path of a folder";
  }
  return check_server(settings);
}

std::variant<std::unique_ptr<Transport>, std::string> make_transport(const Settings& settings) {
  if (settings.url.starts_with(folder_scheme)) {
    return make_folder_transport(settings.url.substr(folder_scheme.size()));
  }
  return make_smtp_transport(settings);
}

}  // namespace smtp
