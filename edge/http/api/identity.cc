#include "edge/http/api/identity.h"

#include <array>

namespace http {
namespace {

constexpr std::size_t key_max = 255;

constexpr bool printable(char c) { return c >= 0x20 && c < 0x7f; }

std::optional<std::string> unquote(std::string_view text) {
  if (text.size() < 2 || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string key;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || (text[i] != '"' && text[i] != '\\')) return std::nullopt;
    }
    key += text[i];
  }
  return key;
}

}  // namespace

std::optional<std::string> idempotency_key(std::string_view header) {
  std::optional<std::string> key =
      header.starts_with('"') ? unquote(header) : std::optional<std::string>{header};
  if (!key || key->empty() || key->size() > key_max) return std::nullopt;
  for (const char c : *key) {
    if (!printable(c)) return std::nullopt;
  }
  return key;
}

saga::OrderId derived_id(Sha256& sha256, std::string_view caller, std::string_view key) {
  std::string framed = std::to_string(caller.size());
  framed += ':';
  framed += caller;
  return saga::OrderId::v8(sha256.of(framed, key));
}

saga::OrderId new_id(engine::Time now, Random& random) {
  std::array<std::uint8_t, 10> bits;
  random.fill(bits);
  return saga::OrderId::v7(now, bits);
}

}  // namespace http
