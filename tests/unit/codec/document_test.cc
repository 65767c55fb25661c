#include "engine/codec/document.h"

#include <string>

#include "tests/catch.h"
#include "tests/world/make_order.h"

TEST_CASE("what an order brings along is not taken for what the document says of itself") {
  const std::string hash(64, '1'), other(64, '2');
  const std::string public_part =
      R"({"orderId":"11111111-2222-4333-8444-555555555555","status":"paid","metadata":{"a":1,"bodyHash":")" +
      other + R"(","status":"completed"},"steps":[])";
  const std::string document = public_part + R"(,"bodyHash":")" + hash + R"(","step":2,"userId":"u"})";
  REQUIRE(codec::public_part(document) == public_part + "}");
  REQUIRE(codec::status(document) == saga::State::paid);
  const auto read = codec::body_hash(document);
  REQUIRE(read);
  REQUIRE((*read)[0] == 0x11);
  REQUIRE_FALSE(codec::status(R"({"metadata":{"a":1,"status":"completed"}})"));
}

TEST_CASE(
    "when its steps were acknowledged stands behind whatever an order brings along, once for each step "
    "known") {
  const tape::OwnedRecord record{tape::Record::create(tests::make_order(1).order)};
  const auto step = [&](saga::EventKind kind, std::uint32_t number, engine::Time acked) {
    record->add_step(
        {engine::Time{1'000'000}, 7, kind, saga::State::placed, saga::Reason::none, number, acked});
  };
  std::string text = R"({"metadata":{"a":1})";
  step(saga::EventKind::OrderPlaced, 1, {});  // by another engine
  codec::render_acked(*record, text);
  CHECK(text == R"({"metadata":{"a":1})");
  step(saga::EventKind::PaymentConfirmed, 2, engine::Time{2'000'000});
  step(saga::EventKind::InventoryUpdated, 3, engine::Time{3'000'000});
  codec::render_acked(*record, text);
  CHECK(text == R"({"metadata":{"a":1},"acked":[{"step":2,"at":"1970-01-01T00:00:00.002000Z"},)"
                R"({"step":3,"at":"1970-01-01T00:00:00.003000Z"}])");
}
