#include "edge/redis/url.h"

#include <charconv>
#include <optional>
#include <utility>

namespace redis {
namespace {

constexpr int db_max = 65'535;

std::optional<int> number(std::string_view text, int max) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value < 0 || value > max) return std::nullopt;
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

std::string parse_user(std::string_view text, Url& url) {
  const std::size_t colon = text.find(':');
  const auto user = decode(text.substr(0, colon));
  const auto password = decode(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!user || !password) return "broken percent-encoding in user or password";
  if (password->empty()) return "a user without a password";
  url.user = *user;
  url.password = *password;
  return {};
}

std::string parse_socket(std::string_view rest, Url& url) {
  const std::size_t query = rest.find('?');
  const std::string_view path = rest.substr(0, query);
  if (query != std::string_view::npos) {
    const std::string_view setting = rest.substr(query + 1);
    const auto db = setting.starts_with("db=") ? number(setting.substr(3), db_max) : std::nullopt;
    if (!db) return "only ?db=N may follow the path";
    url.db = *db;
  }
  if (!path.starts_with('/') || path.size() < 2)
    return "the socket's path must be absolute: unix:///run/redis.sock";
  if (path.size() > 107) return "the socket's path is longer than the system's 107 bytes";
  url.unix_socket = true;
  url.place = path;
  return {};
}

std::string parse_host(std::string_view rest, Url& url) {
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view text = rest.substr(slash + 1);
    const auto db = text.empty() ? 0 : number(text, db_max);
    if (!db) return "the database after the host must be a number";
    url.db = *db;
    rest = rest.substr(0, slash);
  }
  std::string_view host = rest;
  if (!rest.ends_with(']') && rest.find(':') != std::string_view::npos) {
    host = *take_before(rest, ':');
    const auto port = number(rest, 65'535);
    if (!port || *port == 0) return "the port must be a number from 1 to 65535";
    url.port = static_cast<std::uint16_t>(*port);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return "there is no host";
  url.place = host;
  return {};
}

}  // namespace

std::string Url::shown() const {
  if (unix_socket) return "unix://" + place + (db == 0 ? "" : "?db=" + std::to_string(db));
  const bool bracketed = place.find(':') != std::string::npos;
  return "redis://" + (bracketed ? "[" + place + "]" : place) + ":" + std::to_string(port) + "/" +
         std::to_string(db);
}

UrlParse parse_url(std::string_view text) {
  UrlParse parse;
  const bool tcp = text.starts_with("redis://");
  if (text.starts_with("rediss://")) {
    parse.error = "TLS to Redis (rediss://) is not supported";
  } else if (!tcp && !text.starts_with("unix://")) {
    parse.error = "it must begin with redis:// or unix://";
  }
  if (!parse.error.empty()) return parse;

  std::string_view rest = text.substr(text.find("://") + 3);
  // A path may contain an @; a password is percent-encoded and may not contain a slash.
  std::string_view authority = rest.substr(0, rest.find('/'));
  const std::size_t path = authority.size();
  if (const auto user = take_before(authority, '@')) {
    parse.error = parse_user(*user, parse.url);
    rest.remove_prefix(path - authority.size());
  }
  if (parse.error.empty()) parse.error = tcp ? parse_host(rest, parse.url) : parse_socket(rest, parse.url);
  return parse;
}

}  // namespace redis
