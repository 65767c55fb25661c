#include "engine/saga/id.h"

#include <algorithm>

namespace saga {
namespace {

constexpr char digits[] = "0123456789abcdef";

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool dash_at(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

void set_version(OrderId& id, unsigned version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | (version << 4U));
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);
}

}  // namespace

OrderId::Text OrderId::text() const {
  Text out;
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (dash_at(at)) out[at++] = '-';
    out[at++] = digits[byte >> 4U];
    out[at++] = digits[byte & 15U];
  }
  return out;
}

std::string OrderId::str() const {
  const Text t = text();
  return {t.data(), t.size()};
}

std::optional<OrderId> OrderId::parse(std::string_view text) {
  if (text.size() != text_size) return std::nullopt;
  OrderId id;
  std::size_t nibble = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (dash_at(at)) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[at]);
    if (value < 0) return std::nullopt;
    id.bytes[nibble / 2] = static_cast<std::uint8_t>(id.bytes[nibble / 2] * 16 + value);
    ++nibble;
  }
  return id;
}

OrderId OrderId::v7(engine::Time now, std::span<const std::uint8_t, 10> random) {
  OrderId id;
  const auto ms = static_cast<std::uint64_t>(now.ns / 1'000'000);
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  std::copy(random.begin(), random.end(), id.bytes.begin() + 6);
  set_version(id, 7);
  return id;
}

OrderId OrderId::v8(std::span<const std::uint8_t, 32> digest) {
  OrderId id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  set_version(id, 8);
  return id;
}

}  // namespace saga
