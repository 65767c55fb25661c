#include "engine/codec/document_parser.h"

#include <algorithm>
#include <string>

#include "engine/codec/document.h"
#include "engine/saga/json.h"
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
  REQUIRE(restored.mail_step == record.mail_step);
  REQUIRE(restored.in_live_set == !saga::ended(record.state));
  REQUIRE(restored.order.body_hash == record.order.body_hash);
  std::vector<tape::Steps::Shown> shown;
  record.steps().each(record.step_count, [&](const tape::Steps::Shown& step) { shown.push_back(step); });
  std::size_t i = 0;
  restored.steps().each(restored.step_count, [&](const tape::Steps::Shown& step) {
    REQUIRE(step.count == shown.at(i).count);
    REQUIRE(step.first.state == shown[i].first.state);
    REQUIRE(step.first.at == shown[i].first.at);
    REQUIRE(step.last.number == shown[i].last.number);
    REQUIRE(step.last.at == shown[i].last.at);
    ++i;
  });
  REQUIRE(i == shown.size());
  REQUIRE(restored.given.step == record.given.step);
  REQUIRE(restored.given.kind == record.given.kind);
  REQUIRE(restored.given.at == record.given.at);
}

}  // namespace

TEST_CASE("an order that went any way of the table, parked twice too, comes back from its document") {
  tests::Walker walker;
  unsigned n = 0;
  for (const saga::Capture capture : {saga::Capture::at_once, saga::Capture::with_shipment})
    for (const tests::Path& path : tests::paths(1, capture)) {
      ++n;
      tests::OrderDraft draft = make_order(n, 1 + n % 4);
      draft.order.capture = capture;
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

TEST_CASE("an order that goes in a circle a thousand times neither grows nor loses its count") {
  using saga::EventKind;
  tests::Walker walker;
  tape::Record& record =
      walker.go(make_order(1).order, {EventKind::OrderPlaced, EventKind::PaymentConfirmed,
                                      EventKind::InventoryInsufficient, EventKind::OrderParked});
  const auto thousand_rounds = [&](EventKind there, EventKind back) {
    std::size_t longest = 0, most = 0;
    for (int i = 0; i < 1000; ++i) {
      walker.step(record, there);
      walker.step(record, back);
      const std::string whole = render(record);
      require_same(*restore(whole), record);
      // As the store does it: it is behind, and asks for what the order was then.
      std::string before, after;
      codec::render_document(record, record.step_count - 2, before);
      record.stored(record.step_count - 2);
      codec::render_document(record, record.step_count - 2, after);
      REQUIRE(after == before);
      REQUIRE(render(record) == whole);
      if (i < 10) {
        longest = std::max(longest, whole.size());
        most = std::max(most, record.steps().held());
      }
      REQUIRE(whole.size() <= longest + 40);  // digits
      REQUIRE(record.steps().held() <= most);
    }
  };
  thousand_rounds(EventKind::OrderResumed, EventKind::OrderParked);
  const std::string parked = render(record);
  REQUIRE(parked.find(R"({"step":4,"type":"OrderParked")") != std::string::npos);  // where the first was
  REQUIRE(parked.find(R"("count":1001,"lastStep":2004,)") != std::string::npos);
  REQUIRE(parked.find(R"("status":"parked")") != std::string::npos);

  for (const EventKind kind : {EventKind::OrderResumed, EventKind::PaymentRefunded, EventKind::OrderCancelled,
                               EventKind::NotificationFailed})
    walker.step(record, kind);
  thousand_rounds(EventKind::MailRequested, EventKind::NotificationSent);
  walker.step(record, EventKind::MailRequested);
  require_same(*restore(render(record)), record);
  walker.step(record, EventKind::NotificationFailed);
  require_same(*restore(render(record)), record);
  REQUIRE(record.step_count == 2004 + 4 + 2000 + 2);
}

TEST_CASE("an order that goes forwards and is parked again comes back with the reason why it is") {
  using saga::EventKind;
  tests::Walker walker;
  tests::OrderDraft draft = make_order(1);
  draft.order.capture = saga::Capture::with_shipment;
  tape::Record& record = walker.go(
      draft.order, {EventKind::OrderPlaced, EventKind::PaymentConfirmed, EventKind::InventoryUpdated,
                    EventKind::ShippingConfirmed, EventKind::OrderParked});
  REQUIRE(record.reason != saga::Reason::none);
  for (const EventKind kind : {EventKind::OrderResumed, EventKind::OrderParked, EventKind::OrderResumed}) {
    walker.step(record, kind);
    require_same(*restore(render(record)), record);
  }
}

TEST_CASE("of mails that were refused one after the other the last answer is shown and comes back") {
  using saga::EventKind;
  tests::Walker walker;
  tape::Record& record =
      walker.go(make_order(1).order, {EventKind::OrderPlaced, EventKind::PaymentNotAuthorized,
                                      EventKind::OrderCancelled, EventKind::NotificationFailed});
  record.mail_answer = "550 the first";
  walker.step(record, EventKind::MailRequested);
  require_same(*restore(render(record)), record);
  REQUIRE(render(record).find(R"("answer":"550 the first")") != std::string::npos);
  walker.step(record, EventKind::NotificationFailed);
  record.mail_answer = "550 the second";
  const std::string twice = render(record);
  REQUIRE(twice.find(R"("answer":"550 the second")") != std::string::npos);
  REQUIRE(twice.find("the first") == std::string::npos);
  const tape::OwnedRecord restored = restore(twice);
  require_same(*restored, record);
  // It is asked for once more: what is shown is the answer until there is another one.
  restored->ask_for_mail(restored->step + 1);
  restored->mail_answer = "451 not yet";
  REQUIRE(render(*restored) == twice);
}

TEST_CASE("steps alike that stand one by one, as engines wrote them before, are read and shown as one") {
  using saga::EventKind;
  tests::Walker walker;
  tape::Record& record = walker.go(
      make_order(1).order,
      {EventKind::OrderPlaced, EventKind::PaymentConfirmed, EventKind::InventoryInsufficient,
       EventKind::OrderParked, EventKind::OrderResumed, EventKind::OrderParked, EventKind::OrderResumed});
  const std::string folded = render(record);
  const std::size_t at = folded.find(R"("steps":[)") + 9;
  std::string apart = folded.substr(0, at);
  for (std::uint32_t number = 1; number <= 7; ++number) {
    const tape::Step& step = record.steps().at(number);
    std::string time(32, ' ');
    time.resize(static_cast<std::size_t>(saga::json::time(time.data(), step.at.ns) - time.data()));
    apart += (number == 1 ? R"({"step":)" : R"(,{"step":)") + std::to_string(number) + R"(,"type":")" +
             std::string(saga::name(step.kind)) + R"(","at":")" + time + R"(","offset":)" +
             std::to_string(step.offset) + "}";
  }
  apart += folded.substr(folded.find(']', at));
  REQUIRE(apart.size() > folded.size());
  require_same(*restore(apart), record);
}

TEST_CASE("a document whose steps do not add up is none of ours") {
  using saga::EventKind;
  tests::Walker walker;
  const std::string whole = render(walker.go(
      make_order(1).order,
      {EventKind::OrderPlaced, EventKind::PaymentConfirmed, EventKind::InventoryInsufficient,
       EventKind::OrderParked, EventKind::OrderResumed, EventKind::OrderParked, EventKind::OrderResumed}));
  const auto error = [&](const std::string& text, const std::string& by) {
    std::string changed = whole;
    const std::size_t at = changed.find(text);
    REQUIRE(at != std::string::npos);
    changed.replace(at, text.size(), by);
    DocumentParser parser;
    const DocumentParser::Restored restored = parser.restore(changed);
    REQUIRE(restored.record == nullptr);
    return restored.error;
  };
  const std::string wrong = R"(its "steps" is not as this engine writes it)";
  REQUIRE(error(R"("count":2)", R"("count":3)") == wrong);
  REQUIRE(error(R"("count":2)", R"("count":0)") == wrong);
  REQUIRE(error(R"("count":2)", R"("count":-1)") == wrong);
  REQUIRE(error(R"("lastStep":7)", R"("lastStep":8)") == wrong);
  REQUIRE(error(R"("lastStep":7)", R"("lastStep":4294967296)") == wrong);
  REQUIRE(error(R"("lastOffset")", R"("offsetLast")") == wrong);
  REQUIRE(error(R"({"step":4)", R"({"step":3)") == wrong);
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
