#include "engine/saga/id.h"

#include <random>

#include "tests/catch.h"

using saga::OrderId;

TEST_CASE("an id survives its text") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    OrderId id;
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
    REQUIRE(OrderId::parse(id.str()) == id);
  }
}

TEST_CASE("only the canonical form is an id, in either case") {
  const std::string good = "a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2";
  REQUIRE(OrderId::parse(good)->str() == good);
  REQUIRE(OrderId::parse("A7F3E2C9-8B1F-4D23-BB0F-9A1E97C1A3B2")->str() == good);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = good[at] == '-' ? '0' : 'g';
    REQUIRE_FALSE(OrderId::parse(bad));
    bad[at] = '-';
    REQUIRE(OrderId::parse(bad).has_value() == (good[at] == '-'));
  }
  REQUIRE_FALSE(OrderId::parse(""));
  REQUIRE_FALSE(OrderId::parse(good + "0"));
  REQUIRE_FALSE(OrderId::parse(good.substr(1)));
  REQUIRE_FALSE(OrderId::parse("{" + good.substr(2) + "}"));
}

TEST_CASE("a UUIDv7 carries its millisecond in front and its version and variant where RFC 9562 has them") {
  // The example of RFC 9562 appendix A.6: 2022-02-22T19:22:22.000Z.
  const std::array<std::uint8_t, 10> random{0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
  const OrderId id = OrderId::v7({1645557742000LL * 1'000'000}, random);
  REQUIRE(id.str() == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST_CASE("a UUIDv8 is the digest's front with version and variant set") {
  std::array<std::uint8_t, 32> digest{};
  digest.fill(0xff);
  REQUIRE(OrderId::v8(digest).str() == "ffffffff-ffff-8fff-bfff-ffffffffffff");
}
