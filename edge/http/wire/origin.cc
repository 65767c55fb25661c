#include "edge/http/wire/origin.h"

#include <arpa/inet.h>

#include <algorithm>

#include "edge/http/wire/text.h"

namespace http {
namespace {

bool digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Of an address in brackets, with them.
std::string_view name_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_address(std::string_view name) {
  unsigned char address[sizeof(in6_addr)];
  if (!name.starts_with('[')) return inet_pton(AF_INET, std::string{name}.c_str(), address) == 1;
  return inet_pton(AF_INET6, std::string{name.substr(1, name.size() - 2)}.c_str(), address) == 1;
}

bool listed(std::string_view name, std::span<const std::string> hosts) {
  return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) { return same(name, host); });
}

}  // namespace

bool valid_authority(std::string_view authority) {
  const bool bracketed = authority.starts_with('[');
  if (bracketed && authority.find(']') == std::string_view::npos) return false;
  const std::string_view name = name_of(authority);
  const std::string_view port = authority.substr(name.size());
  if (!port.empty() && (!port.starts_with(':') || !digits(port.substr(1)))) return false;
  if (bracketed) return is_address(name);
  return std::all_of(name.begin(), name.end(), [](char c) {
    const char small = lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._~%!$&'()*+,;="}.find(c) != std::string_view::npos;
  });
}

engine::Result<> check_origin(const Request& request, std::span<const std::string> hosts) {
  if (present(request.host)) {
    const std::string_view name = name_of(request.host);
    if (!is_address(name) && !same(name, "localhost") && !listed(name, hosts))
      return "without tokens the Host is an address, localhost or one of [http] hosts";
  }
  if (!changes(request.method)) return {};
  if (present(request.origin)) {
    const std::size_t scheme = request.origin.find("://");
    const std::string_view origin =
        scheme == std::string_view::npos ? std::string_view{} : request.origin.substr(scheme + 3);
    if (origin.empty() || (!same(origin, request.host) && !listed(name_of(origin), hosts)))
      return "without tokens nothing is changed from another origin";
  }
  if (equal_ignoring_case(request.fetch_site, "cross-site"))
    return "without tokens nothing is changed from another site";
  return {};
}

}  // namespace http
