#include "engine/keyed_hash.h"

#include <set>
#include <string>
#include <vector>

#include "engine/saga/id.h"
#include "tests/catch.h"

TEST_CASE("the keyed hash is SipHash-1-3") {
  // Key 00 01 … 0f, texts of the first n bytes 00 01 …: the vectors that Rust's standard library is tested
  // with.
  const engine::KeyedHash hash({0x0706050403020100, 0x0f0e0d0c0b0a0908});
  const auto of = [&](std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(i);
    return hash(text);
  };
  REQUIRE(of(0) == 0xabac0158050fc4dc);
  REQUIRE(of(1) == 0xc9f49bf37d57ca93);
  REQUIRE(of(2) == 0x82cb9b024dc7d44d);
}

TEST_CASE("an id is hashed as its sixteen bytes are") {
  const engine::KeyedHash hash;
  saga::OrderId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(200 + i);
  REQUIRE(hash(id.bytes) == hash(std::string(id.bytes.begin(), id.bytes.end())));
}

TEST_CASE("keys that collide in one table do not in another") {
  const engine::KeyedHash one;
  constexpr std::size_t cells = 1024;
  std::vector<std::string> colliding;
  for (int n = 0; colliding.size() < 64; ++n) {
    if (std::string key = "sku-" + std::to_string(n); one(key) % cells == 7) colliding.push_back(key);
  }
  const engine::KeyedHash other;
  std::set<std::size_t> homes;
  for (const std::string& key : colliding) homes.insert(other(key) % cells);
  REQUIRE(homes.size() > 32);  // of 64 balls in 1024 cells about two share one
}
