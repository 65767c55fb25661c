// What Redis holds of orders under way and of stock, in three figures: how many there are of each, and a
// digest of all of them. The checkpoint has them (edge/redis/batch_script.h), so that a Redis of which a part
// is gone is told from one that is whole, without a second copy of it.
//
// The digest is the sum modulo 2^64, so in any order, of a hash each of
//   an unfinished order: its id's 16 bytes, and the last step that Redis has of it
//   a counted sku: its name, and how much of it is free
// The hash is written down here and must never change: Redis keeps what another version of the engine, on
// another machine, has summed up. It keeps no secret and holds against accidents, not against whoever wants
// to deceive.
//
// Thread: any; a value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "engine/saga/id.h"

namespace saga {

struct Contents {
  std::uint64_t live = 0;  // unfinished orders
  std::uint64_t skus = 0;  // counted ones
  std::uint64_t digest = 0;

  friend bool operator==(const Contents&, const Contents&) = default;

  void add_order(const OrderId& id, std::uint32_t step) {
    ++live;
    digest += hash(order_kind, bytes(id), step);
  }
  void remove_order(const OrderId& id, std::uint32_t step) {
    --live;
    digest -= hash(order_kind, bytes(id), step);
  }
  void add_sku(std::string_view sku, std::int64_t free) {
    ++skus;
    digest += hash(sku_kind, sku, static_cast<std::uint64_t>(free));
  }
  void remove_sku(std::string_view sku, std::int64_t free) {
    --skus;
    digest -= hash(sku_kind, sku, static_cast<std::uint64_t>(free));
  }

 private:
  // Odd, so that nothing is hashed to the sum of nothing: fractions of the golden ratio and of pi.
  static constexpr std::uint64_t order_kind = 0x9e3779b97f4a7c15, sku_kind = 0x243f6a8885a308d3;

  static std::string_view bytes(const OrderId& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
  }
  /// The finalizer of SplitMix64.
  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  /// Eight bytes at a time, the first the lowest.
  static std::uint64_t hash(std::uint64_t kind, std::string_view text, std::uint64_t number) {
    std::uint64_t h = mix(mix(kind + number) + text.size());
    while (!text.empty()) {
      const std::size_t size = std::min<std::size_t>(text.size(), 8);
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < size; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
      h = mix(h ^ word);
      text.remove_prefix(size);
    }
    return h;
  }
};

}  // namespace saga
