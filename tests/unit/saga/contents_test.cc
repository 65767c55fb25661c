#include "engine/saga/contents.h"

#include <string>
#include <string_view>

#include "tests/catch.h"

using saga::Contents;
using saga::OrderId;

namespace {

const OrderId id = OrderId::parse("a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2").value();
const OrderId other = OrderId::parse("a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b3").value();

Contents of_order(const OrderId& order, std::uint32_t step) {
  Contents contents;
  contents.add_order(order, step);
  return contents;
}
Contents of_sku(std::string_view sku, std::int64_t free) {
  Contents contents;
  contents.add_sku(sku, free);
  return contents;
}

}  // namespace

TEST_CASE("the digest is the same in every version and on every machine") {
  REQUIRE(of_order(id, 3).digest == 0x0e2ee4d954ea3553);
  REQUIRE(of_sku("keyboard", 98).digest == 0x4c1a787e90f8f022);
  REQUIRE(of_sku("keyboards, blue", -1).digest == 0x4a5714eb537779d8);
  REQUIRE(of_sku("", 0).digest == 0xa8871e3718ca0053);
}

TEST_CASE("contents do not depend on the order of what comes and goes, and nothing is left of what went") {
  Contents one, another;
  one.add_order(id, 1);
  one.add_order(other, 4);
  one.add_sku("keyboard", 7);
  one.remove_order(id, 1);
  one.add_order(id, 2);
  another.add_sku("keyboard", 7);
  another.add_order(id, 2);
  another.add_order(other, 4);
  REQUIRE(one == another);
  REQUIRE(one.live == 2);
  REQUIRE(one.skus == 1);
  one.remove_sku("keyboard", 7);
  one.remove_order(other, 4);
  one.remove_order(id, 2);
  REQUIRE(one == Contents{});
}

TEST_CASE("another order, step, sku or level is another digest") {
  REQUIRE(of_order(id, 3).digest != of_order(id, 4).digest);
  REQUIRE(of_order(id, 3).digest != of_order(other, 3).digest);
  REQUIRE(of_sku("keyboard", 7).digest != of_sku("keyboard", 8).digest);
  REQUIRE(of_sku("keyboard", 7).digest != of_sku("keyboards", 7).digest);
  REQUIRE(of_sku(std::string_view("a\0", 2), 7).digest != of_sku("a", 7).digest);
  const std::string_view bytes(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
  REQUIRE(of_sku(bytes, 3).digest != of_order(id, 3).digest);
}
