#include "engine/recovery/fold.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/codec/cloud_event.h"
#include "engine/codec/document.h"
#include "engine/codec/document_parser.h"
#include "engine/tape/stock_change.h"
#include "tests/catch.h"
#include "tests/unit/recovery/topic.h"

using codec::CloudEvents;
using codec::EventParser;
using codec::Mode;
using recovery::Finding;
using recovery::Fold;
using saga::EventKind;
using tests::make_order;
using tests::render;
using tests::Topic;
using LiveSet = engine::Store::LiveSet;

TEST_CASE("folded from the topic, an order on any way is what the engine knew it to be, in both modes") {
  for (const Mode mode : {Mode::structured, Mode::binary}) {
    unsigned n = 0;
    for (const tests::Path& path : tests::paths(2)) {
      ++n;
      Topic topic(mode);
      tape::Record& record = topic.walker.place(make_order(n, 1 + n % 4).order);
      for (const EventKind kind : path) REQUIRE(topic.tell_step(record, kind) == Finding::applied);
      const Fold::Changes& changes = topic.fold.changes();
      REQUIRE(changes.orders.size() == 1);
      REQUIRE(changes.orders[0].id == record.order.id);
      REQUIRE(changes.orders[0].document == render(record));
      REQUIRE(changes.orders[0].finished == saga::ended(record.status));
      REQUIRE(changes.orders[0].live == (saga::ended(record.status) ? LiveSet::leave : LiveSet::add));
      topic.fold.written();
      REQUIRE(topic.fold.under_way() == (saga::ended(record.status) ? 0 : 1));
      if (saga::ended(record.status)) continue;
      const std::vector<tape::Record*> left = topic.fold.release_orders();
      REQUIRE(left.size() == 1);
      REQUIRE(left[0]->state == record.state);
      REQUIRE(left[0]->turned_by == record.turned_by);
      REQUIRE(left[0]->last_at == record.last_at);
      REQUIRE(left[0]->in_live_set);
      REQUIRE(left[0]->store_mark == 0);
      REQUIRE(std::ranges::equal(left[0]->lines_left, record.lines_left));
      tape::Record::destroy(left[0]);
    }
  }
}

TEST_CASE("what Redis holds is where the fold goes on, and what it knows already it tells again to nobody") {
  Topic topic;
  const tests::OrderDraft draft = make_order(1, 2);
  tape::Record& record = topic.walker.go(draft.order, {EventKind::OrderPlaced, EventKind::PaymentConfirmed});
  codec::DocumentParser documents;
  for (int twice = 0; twice < 2; ++twice) topic.fold.take(documents.restore(render(record)).record);
  REQUIRE(topic.fold.under_way() == 1);
  REQUIRE(topic.fold.changes().orders.empty());

  const tape::Event again{.record = &record,
                          .at = record.last_at,
                          .step = 2,
                          .kind = EventKind::PaymentConfirmed,
                          .state = saga::State::paid};
  REQUIRE(topic.tell(again, 5) == Finding::duplicate);
  for (const EventKind kind :
       {EventKind::InventoryUpdated, EventKind::ShippingFailed, EventKind::InventoryReleased,
        EventKind::PaymentRefunded, EventKind::OrderCancelled, EventKind::NotificationSent})
    REQUIRE(topic.tell_step(record, kind) == Finding::applied);
  const Fold::Changes& changes = topic.fold.changes();
  REQUIRE(changes.orders.size() == 1);
  REQUIRE(changes.orders[0].document == render(record));
  REQUIRE(changes.orders[0].live == LiveSet::remove);
  REQUIRE(topic.fold.events() == 7);
}

TEST_CASE("stock follows what was set, reserved and released, and only counted skus appear") {
  Topic topic;
  topic.fold.set_stock("old", 7);
  REQUIRE(topic.set_stock("sku-0", 100) == Finding::applied);
  tape::Record& record = topic.walker.place(make_order(1, 3).order);
  for (const EventKind kind :
       {EventKind::OrderPlaced, EventKind::PaymentConfirmed, EventKind::InventoryUpdated})
    topic.tell_step(record, kind);
  using Stock = std::map<std::string, std::int64_t, std::less<>>;
  REQUIRE(topic.fold.stock() == Stock{{"old", 7}, {"sku-0", 98}, {"sku-2", 96}});
  REQUIRE(topic.fold.changes().stock.size() == 2);  // what Redis has is not told again
  topic.fold.written();
  topic.tell_step(record, EventKind::ShippingFailed);
  topic.tell_step(record, EventKind::InventoryReleased);
  REQUIRE(topic.fold.stock() == Stock{{"old", 7}, {"sku-0", 99}, {"sku-2", 99}});
  REQUIRE(topic.fold.changes().stock[0].sku == "sku-0");
  REQUIRE(topic.fold.changes().stock[0].free == 99);
}

TEST_CASE("of lines alike it is the last that were short, in the fold as in the engine") {
  Topic topic;
  tests::OrderDraft draft = make_order(1, 3);
  for (saga::Line& line : draft.lines) line = {draft.lines[0].sku, 1, line.price_minor};
  tape::Record& record = topic.walker.place(draft.order);
  for (const EventKind kind : {EventKind::OrderPlaced, EventKind::PaymentConfirmed})
    topic.tell_step(record, kind);
  const tape::Event event = topic.walker.step(record, EventKind::InventoryInsufficient);
  const std::vector<std::int64_t> left{tape::Record::untracked, tape::Record::untracked, 0};
  std::ranges::copy(left, record.lines_left.begin());
  REQUIRE(topic.tell(event, 5) == Finding::applied);
  REQUIRE(std::ranges::equal(topic.fold.find(record.order.id)->lines_left, left));
  REQUIRE(topic.fold.stock().empty());  // nothing was taken
}

TEST_CASE("the fold counts and digests what Redis holds of it, however it came to it") {
  unsigned n = 0;
  for (const tests::Path& path : tests::paths(1)) {
    Topic topic;
    topic.set_stock("sku-0", 100);
    tape::Record& record = topic.walker.place(make_order(++n, 2).order);
    for (const EventKind kind : path) topic.tell_step(record, kind);
    saga::Contents expected;
    if (!saga::ended(record.status)) expected.add_order(record.order.id, record.step);
    for (const auto& [sku, free] : topic.fold.stock()) expected.add_sku(sku, free);
    REQUIRE(topic.fold.contents() == expected);

    Fold again;  // from what Redis holds
    codec::DocumentParser documents;
    for (const auto& [sku, free] : topic.fold.stock()) again.set_stock(sku, free);
    if (!saga::ended(record.status)) again.take(documents.restore(render(record)).record);
    REQUIRE(again.contents() == expected);
    again.forget_orders();
    REQUIRE(again.under_way() == 0);
    REQUIRE(again.contents().live == 0);
    REQUIRE(again.contents().skus == expected.skus);
  }
}

TEST_CASE("an order that has ended, or has taken of what nobody counts, cannot be one that is under way") {
  Topic topic;
  const tests::OrderDraft draft = make_order(1, 1);
  const std::vector<EventKind> reserved{EventKind::OrderPlaced, EventKind::PaymentConfirmed,
                                        EventKind::InventoryUpdated};
  tape::Record& record = topic.walker.go(draft.order, reserved);
  REQUIRE(topic.fold.misfit(record) == "has taken of sku-0, of which there is no stock");
  topic.fold.set_stock("sku-0", 0);
  REQUIRE(topic.fold.misfit(record) == "");
  topic.walker.step(record, EventKind::ShippingConfirmed);
  topic.walker.step(record, EventKind::NotificationSent);
  REQUIRE(topic.fold.misfit(record) == "has ended");
}

TEST_CASE("an event that does not fit is counted as what it is, and changes nothing") {
  Topic topic;
  tape::Record& record = topic.walker.place(make_order(1).order);
  tape::Record& other = topic.walker.place(make_order(2).order);
  topic.tell_step(record, EventKind::OrderPlaced);
  const std::string before = render(record);
  const auto tell = [&](tape::Record& about, std::uint32_t step, EventKind kind) {
    return topic.tell({.record = &about, .at = tests::path_begins, .step = step, .kind = kind}, 5);
  };
  REQUIRE(tell(record, 1, EventKind::OrderPlaced) == Finding::duplicate);
  REQUIRE(tell(record, 2, EventKind::OrderPlaced) == Finding::duplicate);
  REQUIRE(tell(record, 3, EventKind::PaymentConfirmed) == Finding::gap);
  REQUIRE(tell(record, 2, EventKind::ShippingConfirmed) == Finding::refused);
  REQUIRE(tell(other, 2, EventKind::PaymentConfirmed) == Finding::stranger);
  REQUIRE(tell(other, 2, EventKind::OrderPlaced) == Finding::gap);
  REQUIRE(topic.fold.fold(nullptr, 5) == Finding::unreadable);
  REQUIRE(topic.fold.changes().orders.size() == 1);
  REQUIRE(topic.fold.changes().orders[0].document == before);

  tape::Record& turned = topic.walker.place(make_order(3).order);
  topic.tell_step(turned, EventKind::OrderPlaced);
  topic.tell_step(turned, EventKind::OrderCancelRequested);
  REQUIRE(tell(turned, 3, EventKind::ShippingConfirmed) == Finding::refused);
}

TEST_CASE(
    "an order that has ended leaves memory, and its id may be placed anew when Redis has forgotten it") {
  Topic topic;
  const tests::OrderDraft draft = make_order(1);
  tape::Record& first = topic.walker.place(draft.order);
  for (const EventKind kind : {EventKind::OrderPlaced, EventKind::OrderCancelRequested,
                               EventKind::OrderCancelled, EventKind::NotificationSent})
    REQUIRE(topic.tell_step(first, kind) == Finding::applied);
  REQUIRE(topic.fold.under_way() == 0);
  const bool in_between = GENERATE(false, true);
  if (in_between) topic.fold.written();
  tape::Record* const anew = tape::Record::create(draft.order);
  REQUIRE(topic.tell({.record = anew, .at = tests::path_begins, .step = 1, .kind = EventKind::OrderPlaced},
                     5) == Finding::applied);
  tape::Record::destroy(anew);
  REQUIRE(topic.fold.under_way() == 1);
  REQUIRE(topic.fold.changes().orders.size() == 1);
  REQUIRE(topic.fold.changes().orders[0].live == LiveSet::add);
  topic.fold.written();
  REQUIRE(topic.fold.under_way() == 1);
}

TEST_CASE(
    "an order whose mail is asked for again comes back with its document; one not kept is passed over") {
  Topic topic;
  tape::Record& record = topic.walker.place(make_order(1).order);
  for (const EventKind kind : {EventKind::OrderPlaced, EventKind::OrderCancelRequested,
                               EventKind::OrderCancelled, EventKind::NotificationFailed})
    REQUIRE(topic.tell_step(record, kind) == Finding::applied);
  topic.fold.written();
  const std::string ended = render(record);
  const saga::Contents nothing = topic.fold.contents();

  const bool kept = GENERATE(true, false);
  if (kept) topic.fold.take_back(codec::DocumentParser().restore(ended).record);
  const Finding expected = kept ? Finding::applied : Finding::unkept;
  REQUIRE(topic.tell_step(record, EventKind::MailRequested) == expected);
  REQUIRE(topic.fold.under_way() == (kept ? 1 : 0));
  REQUIRE((topic.fold.contents() != nothing) == kept);
  if (kept) REQUIRE(topic.fold.changes().orders[0].live == LiveSet::add);
  if (kept) REQUIRE(topic.fold.changes().orders[0].document == render(record));
  topic.fold.written();
  REQUIRE(topic.tell_step(record, EventKind::NotificationSent) == expected);
  REQUIRE(topic.fold.contents() == nothing);
  REQUIRE(topic.fold.under_way() == 0);
  if (!kept) return;
  const engine::Store::OrderWrite& write = topic.fold.changes().orders.at(0);
  REQUIRE(write.document == render(record));
  REQUIRE(write.finished);
  REQUIRE(write.again);
  REQUIRE(write.live == LiveSet::remove);
}

TEST_CASE("a record that is no event of this engine is not read as one") {
  EventParser parser("");
  const std::string id = tests::order_id(1).str();
  const std::string head =
      R"({"specversion":"1.0","id":")" + id + R"(.2","time":"2026-01-02T03:04:05.123456Z",)";
  const std::string data = R"("data":{"orderId":")" + id + R"("}})";
  REQUIRE(parser.parse(head + R"("type":"PaymentConfirmed",)" + data, {}) != nullptr);
  for (const std::string& value :
       {std::string{}, std::string{"garbage"}, std::string{"{}"}, head + R"("type":"Nonsense",)" + data,
        head + R"("type":"EpochStarted",)" + data, head + R"("type":"OrderPlaced",)" + data,
        head + R"("type":"InventoryUpdated",)" + data, head + R"("type":"StockSet",)" + data,
        head + R"("type":"PaymentConfirmed","data":{"orderId":")" + tests::order_id(2).str() + R"("}})",
        head + R"("type":"PaymentConfirmed","data":{}})"}) {
    INFO(value);
    REQUIRE(parser.parse(value, {}) == nullptr);
  }
}

TEST_CASE("a finding says where the record is, what it is, and what to do") {
  const auto says = [](Finding finding, std::string_view type, std::string_view words) {
    const std::string text = recovery::explain(finding, 12, "the-key", type, "shop.");
    INFO(text);
    for (const std::string_view part : {std::string_view{"key the-key: "}, std::string_view{", offset 12, "},
                                        recovery::name(finding), type, words})
      REQUIRE(text.find(part) != std::string::npos);
  };
  says(Finding::unreadable, "OrderPlaced",
       R"(events.type_prefix is "shop.", set it to "" as the log has it)");
  says(Finding::unreadable, "old.OrderPlaced", R"(set it to "old." as)");
  says(Finding::unreadable, "shop.OrderOfTomorrow",
       "start the version of the engine that wrote it, or a newer one");
  says(Finding::unreadable, "shop.OrderPlaced",
       "start the version of the engine that wrote it, or a newer one");
  for (const Finding finding : {Finding::duplicate, Finding::refused, Finding::gap, Finding::stranger})
    says(finding, "shop.OrderPlaced", "or restore the topic");
}
