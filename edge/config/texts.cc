#include "edge/config/texts.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace edge::texts {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_graphic(char c) { return c > ' ' && c < 0x7f; }

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return port;
}

// What stands between "scheme://" and the first '/'.
std::string_view authority(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  url.remove_prefix(start + 3);
  return url.substr(0, url.find('/'));
}

std::string check_host_port(std::string_view text, bool port_required) {
  const std::size_t colon = text.ends_with(']') ? std::string_view::npos : text.rfind(':');
  const std::string_view host = text.substr(0, colon);
  const bool host_good = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  });
  if (!host_good) return fmt::format("\"{}\" has no usable host; write host:port", text);
  if (colon == std::string_view::npos) {
    return port_required ? fmt::format("\"{}\" has no port; write host:port", text) : "";
  }
  const auto port = parse_port(text.substr(colon + 1));
  if (!port || *port == 0) return fmt::format("\"{}\" has no usable port; write 1 to 65535", text);
  return {};
}

}  // namespace

std::string check_topic(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 249 && text != "." && text != ".." &&
                    std::all_of(text.begin(), text.end(),
                                [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; });
  return good ? "" : "is no topic name; use 1 to 249 letters, digits, '.', '_' and '-'";
}

std::string check_brokers(std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (auto wrong = check_host_port(one, true); !wrong.empty()) return wrong;
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
    if (text.empty()) return "ends in a comma; remove it";
  }
  return {};
}

std::string check_redis_url(std::string_view text) {
  if (text.empty()) return {};
  if (text.starts_with("unix://")) {
    return text.size() > 8 && text[7] == '/' ? "" : "needs an absolute path; write unix:///run/redis.sock";
  }
  if (text.starts_with("rediss://"))
    return "asks for TLS, which this engine does not speak to Redis; use redis://";
  if (!text.starts_with("redis://")) return "is no Redis address; write redis://host:6379/0 or unix:///path";
  std::string_view host = authority(text);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (auto wrong = check_host_port(host, false); !wrong.empty()) return wrong;
  const std::size_t slash = text.find('/', 8);
  const std::string_view number = slash == std::string_view::npos ? "" : text.substr(slash + 1);
  const bool good = std::all_of(number.begin(), number.end(), is_digit) && number.size() <= 5;
  return good ? "" : fmt::format("has database \"{}\"; it is a number, as in redis://host:6379/0", number);
}

std::string check_mail_url(std::string_view text) {
  if (text.empty() || text == "discard:") return {};
  if (text.starts_with("dir:")) return text.size() > 4 ? "" : "needs a folder; write dir:PATH";
  if (!text.starts_with("smtp://") && !text.starts_with("smtps://")) {
    return "is no mail address; write smtp://host:587, smtps://host:465, dir:PATH or discard:";
  }
  const std::string_view host = authority(text);
  if (host.find('@') != std::string_view::npos) {
    return "must not carry credentials; use mail.user and mail.password";
  }
  return check_host_port(host, false);
}

std::string check_mailbox(std::string_view text) {
  if (text.empty()) return {};
  constexpr auto advice = "write \"Shop <orders@example.com>\"";
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    return fmt::format("holds a control character; {}", advice);
  }
  std::string_view address = text;
  if (text.ends_with('>')) {
    const std::size_t open = text.find('<');
    if (open == std::string_view::npos) return fmt::format("has no '<'; {}", advice);
    address = text.substr(open + 1, text.size() - open - 2);
  }
  const std::size_t at = address.rfind('@');
  const std::string_view local = address.substr(0, at);
  const std::string_view domain = at == std::string_view::npos ? "" : address.substr(at + 1);
  const auto local_char = [](char c) {
    return is_alnum(c) || std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
  };
  const auto domain_char = [](char c) { return is_alnum(c) || c == '.' || c == '-'; };
  const bool good = !local.empty() && local.size() <= 64 &&
                    std::all_of(local.begin(), local.end(), local_char) && !domain.empty() &&
                    domain.size() <= 255 && !domain.starts_with('.') && !domain.ends_with('.') &&
                    std::all_of(domain.begin(), domain.end(), domain_char);
  return good ? "" : fmt::format("has no usable address \"{}\"; {}", address, advice);
}

std::string check_money(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = dot == std::string_view::npos ? "0" : text.substr(dot + 1);
  const bool good = !whole.empty() && whole.size() <= 13 && !fraction.empty() && fraction.size() <= 4 &&
                    std::all_of(whole.begin(), whole.end(), is_digit) &&
                    std::all_of(fraction.begin(), fraction.end(), is_digit);
  return good ? "" : "is no amount of money; write digits in quotes, as in \"1000.00\"";
}

std::string check_source(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 128 &&
                    std::all_of(text.begin(), text.end(), is_graphic) &&
                    text.find_first_of("\"\\<>^`{|}") == std::string_view::npos;
  return good ? "" : "is no URI reference; write a path such as \"/saga\" or a URI, at most 128 characters";
}

std::string check_type_prefix(std::string_view text) {
  const bool good = text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
                      return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == ':';
                    });
  return good ? "" : "may hold letters, digits and . - _ / : only, at most 128; as in \"com.example.\"";
}

std::string parse_address(std::string_view text, Address& address) {
  constexpr auto advice = "write ADDRESS:PORT, as in 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fmt::format("has no port; {}", advice);
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return fmt::format("has no usable port; {}", advice);
  std::string host(text.substr(0, colon));
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  if (inet_pton(bracketed ? AF_INET6 : AF_INET, host.c_str(), parsed.data()) != 1) {
    return fmt::format("has no numeric address; {}", advice);
  }
  address = {host, *port};
  return {};
}

bool is_loopback(const Address& address) { return address.host.starts_with("127.") || address.host == "::1"; }

bool has_password(std::string_view url) {
  if (!url.starts_with("redis://")) return false;
  const std::string_view host = authority(url);
  const std::size_t at = host.rfind('@');
  return at != std::string_view::npos && host.substr(0, at).find(':') != std::string_view::npos;
}

}  // namespace edge::texts
