#include "edge/verify/ledger.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/codec/cloud_event.h"
#include "engine/recovery/fold.h"
#include "tests/catch.h"
#include "tests/unit/codec/paths.h"

using codec::EventRead;
using saga::EventKind;
using verify::Ledger;

namespace {

struct Told {
  std::vector<std::string> texts;
  Ledger ledger{[this](std::string text) { texts.push_back(std::move(text)); }};

  void stock(EventKind kind, const std::vector<EventRead::Level>& levels) {
    EventRead event;
    event.kind = kind;
    event.levels = levels;
    ledger.take(event, nullptr, 7);
  }
};

/// A way through the saga, event by event over the topic into a ledger; one kind is kept from it. Of the
/// books only those of the money, for the levels on the ways are any.
std::vector<std::string> money_told(const tests::Path& path, unsigned n, EventKind kept_back) {
  Told told;
  tests::Walker walker;
  const codec::CloudEvents events({.type_prefix = "shop."});
  codec::EventParser parser{"shop."};
  recovery::Fold fold;
  tape::Record& record = walker.place(tests::make_order(n, 1 + n % 4).order);
  for (const EventKind kind : path) {
    const tape::Event event = walker.step(record, kind);
    std::string memory(events.bytes_max(event), '\0');
    const codec::Rendered rendered = events.render(memory.data(), event, 1, 1);
    const EventRead* read = parser.parse(events.value(rendered), events.headers(rendered).view());
    REQUIRE(fold.fold(read, 1) == recovery::Finding::applied);
    if (kind != kept_back) told.ledger.take(*read, fold.find(record.order.id), 1);
  }
  fold.written();
  const std::vector<tape::Record*> unfinished = fold.release_orders();
  told.ledger.balance(unfinished);
  for (tape::Record* left : unfinished) tape::Record::destroy(left);
  std::erase_if(told.texts, [](const std::string& text) { return text.starts_with("stock of "); });
  return told.texts;
}

}  // namespace

TEST_CASE("levels follow from the ones before, line by line; the first is taken as it is") {
  Told told;
  told.stock(EventKind::InventoryUpdated, {{"a", 5, 2}, {"b", tape::Record::untracked, 9}, {"a", 4, 1}});
  told.stock(EventKind::InventoryReleased, {{"a", 6, 2}, {"b", tape::Record::untracked, 9}, {"a", 7, 1}});
  told.stock(EventKind::StockSet, {{"a", 100, 0}});
  told.stock(EventKind::InventoryUpdated, {{"a", 0, 100}});
  CHECK(told.texts.empty());
  CHECK(told.ledger.skus() == 1);

  told.stock(EventKind::InventoryReleased, {{"a", 2, 1}});
  told.stock(EventKind::InventoryUpdated, {{"a", -1, 3}});
  CHECK(told.texts ==
        std::vector<std::string>{"stock of a was 0, and InventoryReleased of 1 makes it 2, offset 7",
                                 "stock of a is -1, offset 7"});
}

TEST_CASE("the money balances wherever an order stands, and not if a payment or a refund is missing") {
  unsigned n = 0;
  for (const tests::Path& path : tests::paths(1)) {
    ++n;
    REQUIRE(money_told(path, n, EventKind::StockSet).empty());
    for (const EventKind kind : {EventKind::PaymentConfirmed, EventKind::PaymentRefunded}) {
      // What is given back of a charge that nobody knows to have been made counts for nothing.
      const auto has = [&](EventKind one) { return std::find(path.begin(), path.end(), one) != path.end(); };
      const bool happened = has(kind) && !has(EventKind::PaymentUnresolved);
      REQUIRE(money_told(path, n, kind).size() == (happened ? 1 : 0));
    }
  }
}

TEST_CASE("an order costs the sum of its lines less its discount") {
  Told told;
  EventRead event;
  tests::OrderDraft draft = tests::make_full_order(1);
  const auto take = [&] {
    const tape::OwnedRecord record(tape::Record::create(draft.order));
    event.placed = &record->order;
    told.ledger.take(event, record.get(), 7);
  };
  take();
  draft.order.total_minor = 0;
  draft.order.discount_minor = 4999 * 10;
  take();
  CHECK(told.texts.empty());
  draft.order.discount_minor -= 1;
  take();
  CHECK(told.texts == std::vector<std::string>{
                          "order " + draft.order.id.str() +
                          ": its lines sum up to 499.90 USD, less a discount of 499.89 USD, and it costs "
                          "0.00 USD, offset 7"});
}
