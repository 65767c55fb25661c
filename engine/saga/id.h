// Order ids: 128-bit UUIDs, the one identity of an order everywhere (topic key, event id, Redis key, URL).
// Three ways to get one: the client's own, a new UUIDv7 (time-ordered, RFC 9562 section 5.7), or a UUIDv8
// (section 5.8) derived from a digest, so that the same idempotency key always names the same order.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/keyed_hash.h"
#include "engine/time.h"

namespace saga {

struct OrderId {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const OrderId&, const OrderId&) = default;

  static constexpr std::size_t text_size = 36;
  using Text = std::array<char, text_size>;

  /// Lower-case canonical text, 8-4-4-4-12.
  Text text() const;
  std::string str() const;

  /// Accepts the canonical form in either case, nothing else.
  static std::optional<OrderId> parse(std::string_view text);
  /// `random` are 80 bits from the caller; the millisecond goes in front.
  static OrderId v7(engine::Time now, std::span<const std::uint8_t, 10> random);
  /// The first 128 bits of a SHA-256 digest, with version and variant set.
  static OrderId v8(std::span<const std::uint8_t, 32> digest);
};

/// For hash maps: ids of clients are not trusted to be random.
struct OrderIdHash {
  std::size_t operator()(const OrderId& id) const noexcept { return hash(id.bytes); }
  engine::KeyedHash hash;
};

/// As good as drawn, and the same for the same id in every process (the finalizer of MurmurHash3).
inline std::uint64_t draw(const OrderId& id) {
  std::uint64_t halves[2];
  std::memcpy(halves, id.bytes.data(), sizeof halves);
  std::uint64_t h = halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15ULL);
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

}  // namespace saga
