#include "edge/redis/url.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace redis {
namespace {

constexpr int db_max = 65'535;

std::optional<int> number(std::string_view text, int max) {
  if (text.starts_with('-')) return std::nullopt;
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value > max) return std::nullopt;
  return value;
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '%') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    unsigned value = 0;
    if (text.size() < 3) return std::nullopt;
    if (std::from_chars(text.data() + 1, text.data() + 3, value, 16).ptr != text.data() + 3)
      return std::nullopt;
    out += static_cast<char>(value);
    text.remove_prefix(3);
  }
  return out;
}

/// What stands before `mark` is taken off `text`; nothing when `mark` is not in it.
std::optional<std::string_view> take_before(std::string_view& text, char mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at + 1);
  return before;
}

bool is_host(std::string_view text) {
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), good);
}

engine::Result<> parse_user(std::string_view text, Url& url) {
  const std::size_t colon = text.find(':');
  const auto user = decode(text.substr(0, colon));
  const auto password = decode(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!user || !password)
    return "has a broken percent-encoding in its user or password; write %25 for a percent sign";
  url.user = *user;
  url.password = *password;
  return {};
}

engine::Result<> parse_socket(std::string_view rest, Url& url) {
  const std::size_t query = rest.find('?');
  const std::string_view path = rest.substr(0, query);
  if (query != std::string_view::npos) {
    const std::string_view setting = rest.substr(query + 1);
    const auto db = setting.starts_with("db=") ? number(setting.substr(3), db_max) : std::nullopt;
    if (!db) return "may have ?db=N behind its path and nothing else, N from 0 to 65535";
    url.db = *db;
  }
  if (!path.starts_with('/') || path.size() < 2) return "has no absolute path; write unix:///run/redis.sock";
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return "has a path longer than the system's 107 bytes for a socket; use a shorter one";
  if (path.find('\0') != std::string_view::npos) return "has a NUL in its path; remove it";
  url.unix_socket = true;
  url.place = path;
  return {};
}

engine::Result<> parse_host(std::string_view rest, Url& url) {
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view text = rest.substr(slash + 1);
    const auto db = text.empty() ? 0 : number(text, db_max);
    if (!db) return "has a database that is no number from 0 to 65535; write redis://host:6379/0";
    url.db = *db;
    rest = rest.substr(0, slash);
  }
  if (!rest.ends_with(']') && rest.find(':') != std::string_view::npos) {
    const std::string_view host = *take_before(rest, ':');
    const auto port = number(rest, 65'535);
    if (!port || *port == 0) return "has a port that is no number from 1 to 65535; write redis://host:6379/0";
    url.port = static_cast<std::uint16_t>(*port);
    rest = host;
  }
  if (rest.starts_with('[') && rest.ends_with(']')) {
    url.place = rest.substr(1, rest.size() - 2);
    in6_addr address;
    if (inet_pton(AF_INET6, url.place.c_str(), &address) != 1)
      return "has no IPv6 address in its brackets; write redis://[::1]:6379/0";
    return {};
  }
  if (!is_host(rest)) return "has no usable host; write redis://host:6379/0, an IPv6 address in brackets";
  url.place = rest;
  return {};
}

engine::Result<> parse_text(std::string_view text, std::string_view password, Url& url) {
  const bool tcp = text.starts_with("redis://");
  if (text.starts_with("rediss://"))
    return "asks for TLS, which this engine does not speak to Redis; use redis://";
  if (!tcp && !text.starts_with("unix://"))
    return "is no Redis address; write redis://host:6379/0 or unix:///path";

  std::string_view rest = text.substr(text.find("://") + 3);
  // A path may contain an @; a password is percent-encoded and may not contain a slash.
  std::string_view authority = rest.substr(0, rest.find('/'));
  const std::size_t path = authority.size();
  if (const auto user = take_before(authority, '@')) {
    if (auto parsed = parse_user(*user, url); !parsed.ok()) return parsed;
    rest.remove_prefix(path - authority.size());
  }
  if (auto parsed = tcp ? parse_host(rest, url) : parse_socket(rest, url); !parsed.ok()) return parsed;
  if (!url.password.empty() && !password.empty())
    return "has a password, and there is another in redis.password; remove either";
  if (url.password.empty()) url.password = password;
  if (!url.user.empty() && url.password.empty())
    return "names a user without a password; write redis.password";
  return {};
}

}  // namespace

std::string Url::shown() const {
  if (unix_socket) return "unix://" + place + (db == 0 ? "" : "?db=" + std::to_string(db));
  const bool bracketed = place.find(':') != std::string::npos;
  return "redis://" + (bracketed ? "[" + place + "]" : place) + ":" + std::to_string(port) + "/" +
         std::to_string(db);
}

UrlParse parse_url(std::string_view text, std::string_view password) {
  UrlParse parse;
  parse.parsed = parse_text(text, password, parse.url);
  return parse;
}

}  // namespace redis
