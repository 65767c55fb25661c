#include "engine/codec/document.h"
#include "engine/codec/seen.h"
#include "engine/limits.h"

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

TEST_CASE("what this engine has seen stands behind whatever an order brings along, as far as it is known") {
  const tape::OwnedRecord record{tape::Record::create(tests::make_order(1).order)};
  const auto step = [&](saga::EventKind kind, std::uint32_t number, engine::Time acked) {
    record->add_step(
        {engine::Time{1'000'000}, 7, kind, saga::State::placed, saga::Reason::none, number, acked});
  };
  std::string text = R"({"metadata":{"a":1})";
  step(saga::EventKind::OrderPlaced, 1, {});  // by another engine
  codec::render_seen(*record, text);
  CHECK(text == R"({"metadata":{"a":1})");
  step(saga::EventKind::PaymentConfirmed, 2, engine::Time{2'000'000});
  step(saga::EventKind::InventoryUpdated, 3, engine::Time{3'000'000});
  codec::render_seen(*record, text);
  CHECK(text == R"({"metadata":{"a":1},"acked":[{"step":2,"at":"1970-01-01T00:00:00.002000Z"},)"
                R"({"step":3,"at":"1970-01-01T00:00:00.003000Z"}])");

  const auto call = [&](saga::Turn turn, std::uint32_t attempts, std::string answer) {
    record->calls_ended.note({turn, "key", attempts, std::move(answer), 0, engine::Time{4'000'000}});
  };
  call(saga::Turn::payment_charge, 1, "500: \"no\"");
  call(saga::Turn::shipping_ship, 0, "ShippingConfirmed");
  call(saga::Turn::payment_charge, 2, "PaymentConfirmed");  // the last of a turn
  std::string calls;
  codec::render_seen(*record, calls);
  CHECK(calls.substr(calls.find("]") + 1) ==
        R"(,"calls":[{"handler":"payment","turn":"payment.charge","key":"key","attempts":2,)"
        R"("answer":"PaymentConfirmed","at":"1970-01-01T00:00:00.004000Z"},)"
        R"({"handler":"shipping","turn":"shipping.ship","key":"key","answer":"ShippingConfirmed",)"
        R"("at":"1970-01-01T00:00:00.004000Z"}])");
  record->calls_ended.note(
      {saga::Turn::payment_charge, "key", 3, "PaymentRefunded", 4, engine::Time{4'000'000}});
  std::string unacked;  // as long as the step that says so is not acked
  codec::render_seen(*record, unacked);
  CHECK(unacked.find("payment") == std::string::npos);
  step(saga::EventKind::ShippingConfirmed, 4, {});
  codec::render_seen(*record, unacked);
  CHECK(unacked.find("PaymentRefunded") != std::string::npos);
  call(saga::Turn::payment_charge, 3, std::string(5000, '"'));
  const auto longest = record->calls_ended.all().front().answer.size();
  CHECK(longest == engine::limits::call_answer_bytes);
  codec::render_seen(*record, text);  // measured for every byte escaped
}
