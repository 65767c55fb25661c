#include "engine/codec/document_parser.h"

#include <algorithm>
#include <string>

#include "engine/codec/document.h"
#include "tests/catch.h"
#include "tests/unit/codec/paths.h"

using codec::DocumentParser;
using tests::make_order;

namespace {

std::string render(const tape::Record& record) {
  std::string document;
  codec::render_document(record, document);
  return document;
}

tape::OwnedRecord restore(const std::string& document) {
  DocumentParser parser;
  const DocumentParser::Restored restored = parser.restore(document);
  INFO(document);
  REQUIRE(restored.error == "");
  REQUIRE(restored.record != nullptr);
  return tape::OwnedRecord(restored.record);
}

void require_same(const tape::Record& restored, const tape::Record& record) {
  REQUIRE(render(restored) == render(record));
  REQUIRE(restored.state == record.state);
  REQUIRE(restored.status == record.status);
  REQUIRE(restored.step == record.step);
  REQUIRE(restored.step_count == record.step_count);
  REQUIRE(restored.last_at == record.last_at);
  REQUIRE(restored.turned_by == record.turned_by);
  REQUIRE(restored.reason == record.reason);
  REQUIRE(restored.in_live_set == !saga::ended(record.state));
  REQUIRE(restored.order.body_hash == record.order.body_hash);
  for (std::uint32_t i = 0; i < record.step_count; ++i) {
    REQUIRE(restored.acked_step(i).state == record.acked_step(i).state);
    REQUIRE(restored.acked_step(i).reason == record.acked_step(i).reason);
    REQUIRE(restored.acked_step(i).at == record.acked_step(i).at);
  }
}

}  // namespace

TEST_CASE("an order that went any way of the table, parked twice too, comes back from its document") {
  tests::Walker walker;
  unsigned n = 0;
  for (const tests::Path& path : tests::paths(2)) {
    ++n;
    const tests::OrderDraft draft = make_order(n, 1 + n % 4);
    const tape::Record& record = walker.go(draft.order, path);
    const tape::OwnedRecord restored = restore(render(record));
    require_same(*restored, record);
    if (record.state == saga::State::reserved || record.state == saga::State::releasing)
      REQUIRE(std::ranges::equal(restored->lines_left, record.lines_left));
    if (record.state == saga::State::shipped)  // its mail names it
      REQUIRE(restored->tracking_number.view() == record.tracking_number.view());
  }
  REQUIRE(n > 80);
}

TEST_CASE("an order of any currency, short or with lines, with any text, comes back from its document") {
  tests::Walker walker;
  unsigned n = 0;
  for (const char* const currency : {"JPY", "USD", "BHD", "CLF"}) {
    for (const std::size_t lines : {1U, 1U, 2U, 100U}) {
      tests::OrderDraft draft = make_order(++n, lines);
      draft.order.currency = *saga::find_currency(currency);
      draft.order.short_form = lines == 1 && n % 2 == 0;
      draft.order.user_id = "\"quoted\" \\ \x01 \xc3\xa9";
      draft.lines.front().sku = "a\tb\",\"bodyHash\":\"";
      if (draft.order.short_form) draft.lines.front().price_minor = draft.order.total_minor;
      const tape::Record& record =
          walker.go(draft.order, {saga::EventKind::OrderPlaced, saga::EventKind::PaymentConfirmed});
      const tape::OwnedRecord restored = restore(render(record));
      require_same(*restored, record);
      REQUIRE(restored->order.lines.size() == lines);
      REQUIRE(restored->order.lines.back().price_minor == draft.lines.back().price_minor);
      REQUIRE(restored->order.lines.back().quantity == draft.lines.back().quantity);
    }
  }
}

TEST_CASE("an order with everything that a shop may say of it comes back from its document on any way") {
  tests::Walker walker;
  unsigned n = 0;
  for (const tests::Path& path : tests::paths(1)) {
    const tape::Record& record = walker.go(tests::make_full_order(++n).order, path);
    require_same(*restore(render(record)), record);
  }
}

TEST_CASE("a text that is not a document of ours is refused in words, never taken in part") {
  tests::Walker walker;
  const tests::OrderDraft draft = make_order(1, 3);
  const std::string good = render(
      walker.go(draft.order, {saga::EventKind::OrderPlaced, saga::EventKind::PaymentConfirmed,
                              saga::EventKind::InventoryUpdated, saga::EventKind::OrderCancelRequested}));
  restore(good);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  const std::string wrong[] = {"",
                               "[]",
                               "{}",
                               good.substr(0, good.size() - 1),
                               good + good,
                               with(R"("status":"releasing")", R"("status":"placed")"),
                               with(R"("reason":"customer_request")", R"("reason":"greed")"),
                               with(R"("reason":"customer_request",)", ""),
                               with("PaymentConfirmed", "ShippingConfirmed"),
                               with("PaymentConfirmed", "Nonsense"),
                               with(R"({"step":2)", R"({"step":3)"),
                               with(R"(,"step":4)", R"(,"step":5)"),
                               with("2026-01-02T12:00:0", "2026-13-02T12:00:0"),
                               with(R"("bodyHash":"01)", R"("bodyHash":"0g)"),
                               with(R"("currency":"USD")", R"("currency":"XYZ")"),
                               with(R"("price":"49.99")", R"("price":"49.999")"),
                               with(R"("quantity":1)", R"("quantity":0)"),
                               with(R"("left":[98,null,96])", R"("left":[98,null])"),
                               with(R"("left":[98,null,96])", R"("right":[98,null,96])")};
  DocumentParser parser;
  for (const std::string& text : wrong) {
    INFO(text);
    const DocumentParser::Restored restored = parser.restore(text);
    REQUIRE(restored.record == nullptr);
    REQUIRE(restored.error != "");
  }
}
