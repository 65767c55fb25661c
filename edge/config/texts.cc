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

bool is_bracketed(std::string_view host) {
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), parsed.data()) == 1;
}

engine::Result<> check_host_port(std::string_view text) {
  const std::size_t colon = text.ends_with(']') ? std::string_view::npos : text.rfind(':');
  const std::string_view host = text.substr(0, colon);
  const bool name = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alnum(c) || c == '.' || c == '-' || c == '_';
  });
  if (!name && !is_bracketed(host)) return fmt::format("\"{}\" has no usable host; write host:port", text);
  if (colon == std::string_view::npos) return fmt::format("\"{}\" has no port; write host:port", text);
  const auto port = parse_port(text.substr(colon + 1));
  if (!port || *port == 0) return fmt::format("\"{}\" has no usable port; write 1 to 65535", text);
  return {};
}

}  // namespace

engine::Result<> check_topic(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 249 && text != "." && text != ".." &&
                    std::all_of(text.begin(), text.end(),
                                [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; });
  if (!good) return "is no topic name; use 1 to 249 letters, digits, '.', '_' and '-'";
  return {};
}

engine::Result<> check_requests(std::string_view text) {
  return text.empty() ? engine::Result<>{} : check_topic(text);
}

engine::Result<> check_brokers(std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (auto checked = check_host_port(one); !checked.ok()) return checked;
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
    if (text.empty()) return "ends in a comma; remove it";
  }
  return {};
}

engine::Result<> check_source(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 128 &&
                    std::all_of(text.begin(), text.end(), is_graphic) &&
                    text.find_first_of("\"\\<>^`{|}") == std::string_view::npos;
  if (!good) return "is no URI reference; write a path such as \"/saga\" or a URI, at most 128 characters";
  return {};
}

engine::Result<> check_type_prefix(std::string_view text) {
  const bool good = text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
                      return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == ':';
                    });
  if (!good) return "may hold letters, digits and . - _ / : only, at most 128; as in \"com.example.\"";
  return {};
}

engine::Result<> parse_address(std::string_view text, Address& address) {
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
  const std::string_view host = authority(url);
  const std::size_t at = host.rfind('@');
  return at != std::string_view::npos && host.substr(0, at).find(':') != std::string_view::npos;
}

}  // namespace edge::texts
