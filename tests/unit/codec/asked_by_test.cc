#include <string>

#include "engine/codec/event_data.h"
#include "engine/tape/record.h"
#include "engine/tape/stock_change.h"
#include "tests/catch.h"
#include "tests/unit/journal/orders.h"

using saga::EventKind;

namespace {

std::string data(const tape::Event& event) {
  const std::size_t max = codec::data_bytes_max(event, "shop.example");
  std::string text(max, '\0');
  text.resize(static_cast<std::size_t>(codec::put_data(text.data(), event, "shop.example") - text.data()));
  REQUIRE(text.size() <= max);
  return text;
}

// As long as a token's name may be, and every character of it escaped.
const std::string name(64, '"');

std::string by_name() {
  std::string escaped;
  for (std::size_t i = 0; i < name.size(); ++i) escaped += "\\\"";
  return R"(,"by":")" + escaped + R"("})";
}

}  // namespace

TEST_CASE("a cancel and a retry say by whose token they were asked for, or that no token names them") {
  const tape::OwnedRecord record = journal::test::short_order();
  const tape::Event cancel{
      .record = record.get(), .kind = EventKind::OrderCancelRequested, .state = saga::State::refunding};
  const tape::Event retry{
      .record = record.get(), .kind = EventKind::OrderResumed, .state = saga::State::refunding};
  CHECK(data(cancel).ends_with(R"(,"by":"customer"})"));
  CHECK(data(retry).ends_with(R"("handler":"payment","by":"customer"})"));
  record->keep_answer(EventKind::OrderCancelRequested, {.by = name});
  record->retry_by = name;
  CHECK(data(cancel).ends_with(by_name()));
  CHECK(data(retry).ends_with(R"("handler":"payment")" + by_name()));
}

TEST_CASE("a stock level says who set it") {
  tape::StockChange change;
  change.sku = std::string(128, '"');
  change.on_hand = tape::on_hand_max;
  tape::Event set;
  set.kind = EventKind::StockSet;
  set.stock = &change;
  CHECK(data(set).ends_with(R"("onHand":1000000000000,"by":"customer"})"));
  change.by = name;
  CHECK(data(set).ends_with(by_name()));
}
