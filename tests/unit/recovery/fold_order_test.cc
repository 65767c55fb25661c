// What an order says of itself, folded from the topic and read out of its document.
#include <algorithm>
#include <string>

#include "engine/codec/document_parser.h"
#include "tests/unit/recovery/topic.h"

using codec::Mode;
using recovery::Finding;
using saga::EventKind;
using tests::make_order;
using tests::render;
using tests::Topic;

TEST_CASE("what a shop says of an order passes through topic and document byte for byte, in both modes") {
  for (const Mode mode : {Mode::structured, Mode::binary}) {
    Topic topic(mode);
    const tests::OrderDraft draft = tests::make_full_order(1);
    tape::Record& record = topic.walker.place(draft.order);
    for (const EventKind kind :
         {EventKind::OrderPlaced, EventKind::PaymentConfirmed, EventKind::InventoryUpdated})
      REQUIRE(topic.tell_step(record, kind) == Finding::applied);
    const tape::Record* const folded = topic.fold.find(draft.order.id);
    REQUIRE(folded != nullptr);
    REQUIRE(render(*folded) == render(record));
    REQUIRE(std::ranges::equal(folded->lines_left, record.lines_left));
    codec::DocumentParser parser;
    const auto restored = parser.restore(render(record));
    REQUIRE(restored.error == "");
    const tape::OwnedRecord owned(restored.record);
    REQUIRE(render(*owned) == render(record));
    for (const tape::Record* const one : {folded, static_cast<const tape::Record*>(owned.get())}) {
      const saga::Order* const order = &one->order;
      REQUIRE(order->shipping == draft.order.shipping);
      REQUIRE(order->payment == draft.order.payment);
      REQUIRE(order->metadata == draft.order.metadata);
      REQUIRE(order->reference == draft.order.reference);
      REQUIRE(order->traceparent == draft.order.traceparent);
      REQUIRE(order->discount_minor == 1);
      REQUIRE(order->total_minor == draft.order.total_minor);
      REQUIRE_FALSE(order->lines[1].stocked);
      REQUIRE(order->lines[2].stocked);
    }
    REQUIRE(codec::body_hash(render(record)) == draft.order.body_hash);
    REQUIRE(codec::status(render(record)) == saga::State::reserved);
    REQUIRE(codec::public_part(render(record)).ends_with(std::string{draft.order.metadata} + "}"));
    REQUIRE(topic.tell_step(record, EventKind::OrderCancelRequested) == Finding::applied);
    REQUIRE(topic.tell_step(record, EventKind::InventoryReleased) == Finding::applied);
    REQUIRE(render(*folded) == render(record));
  }
}

TEST_CASE("an order that costs nothing, short and discounted, or of no stock at all, is folded") {
  Topic topic;
  tests::OrderDraft one = make_order(1);
  one.order.total_minor = 0;
  one.order.discount_minor = 4999;
  tests::OrderDraft two = make_order(2, 2);
  two.lines[0].stocked = two.lines[1].stocked = false;
  for (const saga::Order* const draft : {&one.order, &two.order}) {
    tape::Record& record = topic.walker.place(*draft);
    for (const EventKind kind : {EventKind::OrderPlaced, EventKind::PaymentConfirmed})
      REQUIRE(topic.tell_step(record, kind) == Finding::applied);
    if (draft == &one.order) REQUIRE(topic.fold.find(draft->id)->order.lines[0].price_minor == 4999);
    tape::Event reserved = topic.walker.step(record, EventKind::InventoryUpdated);
    for (std::int64_t& left : record.lines_left) left = tape::Record::untracked;
    REQUIRE(topic.tell(reserved, 1100) == Finding::applied);
    for (const std::int64_t left : topic.fold.find(draft->id)->lines_left)
      REQUIRE(left == tape::Record::untracked);
  }
}
