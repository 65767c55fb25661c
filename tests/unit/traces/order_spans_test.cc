#include "edge/traces/order_spans.h"

#include <algorithm>

#include "tests/catch.h"
#include "tests/unit/codec/paths.h"

using edge::Span;
using saga::EventKind;
using saga::Trace;

namespace {

constexpr engine::Duration ms = std::chrono::milliseconds{1};

const Span& named(const std::vector<Span>& spans, std::string_view name) {
  const auto found =
      std::find_if(spans.begin(), spans.end(), [&](const Span& span) { return span.name == name; });
  REQUIRE(found != spans.end());
  return *found;
}

std::string text(const Span& span, std::string_view key) {
  for (const auto& [name, value] : span.attributes)
    if (name == key)
      return std::holds_alternative<std::string>(value) ? std::get<std::string>(value) : "a number";
  return "";
}

struct Kept {
  EventKind kind;
  saga::State state;
  saga::Reason reason = saga::Reason::none;
};

/// Its steps are 10 ms apart, each acked after 4 ms.
tape::OwnedRecord with_steps(std::initializer_list<Kept> steps) {
  tape::OwnedRecord record(tape::Record::create(tests::make_order(1).order));
  for (const Kept& step : steps) {
    const std::uint32_t number = record->step_count + 1;
    const engine::Time at = tests::path_begins + 10 * ms * number;
    record->add_step({.at = at,
                      .offset = 100 + number,
                      .kind = step.kind,
                      .state = step.state,
                      .reason = step.reason,
                      .number = number,
                      .acked = at + 4 * ms});
  }
  return record;
}

}  // namespace

TEST_CASE("an order's span holds those of its steps and of their acks") {
  const auto record = with_steps({{EventKind::OrderPlaced, saga::State::placed},
                                  {EventKind::PaymentConfirmed, saga::State::paid},
                                  {EventKind::InventoryUpdated, saga::State::reserved},
                                  {EventKind::ShippingConfirmed, saga::State::shipped},
                                  {EventKind::NotificationSent, saga::State::completed}});
  const Trace trace = *Trace::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  const std::vector<Span> spans = traces::spans_of(trace, *record, 5);
  REQUIRE(spans.size() == 11);
  const Span& order = spans.front();
  CHECK(order.name == "order");
  CHECK(order.parent == 0x00f067aa0ba902b7);
  CHECK(order.id == saga::span_of(record->order.id));
  CHECK(order.begin == tests::path_begins + 10 * ms);
  CHECK(order.end == tests::path_begins + 54 * ms);
  CHECK(order.error.empty());
  CHECK(text(order, "saga.order.status") == "completed");
  CHECK(text(order, "saga.order.id") == record->order.id.str());
  for (const Span& span : spans) {
    CHECK(span.trace == trace.id);
    CHECK(span.begin >= order.begin);
    CHECK(span.end <= order.end);
    if (&span != &order) CHECK(span.parent == order.id);
  }
  const Span& paid = named(spans, "PaymentConfirmed");
  CHECK(paid.id == saga::span_of_step(record->order.id, 2));
  CHECK(paid.begin == tests::path_begins + 10 * ms);
  CHECK(paid.end == tests::path_begins + 20 * ms);
  const Span& ack = named(spans, "ack PaymentConfirmed");
  CHECK(ack.kind == Span::Kind::producer);
  CHECK(ack.begin == paid.end);
  CHECK(ack.end == paid.end + 4 * ms);
  CHECK(named(spans, "OrderPlaced").begin == named(spans, "OrderPlaced").end);
}

TEST_CASE("a trace that began with the order has no span before it") {
  const auto record = with_steps({{EventKind::OrderPlaced, saga::State::placed}});
  const Trace begun = *Trace::begin(record->order.id, 1);
  CHECK(traces::spans_of(begun, *record, 1).front().parent == 0);
}

TEST_CASE(
    "what failed is an error, and so is an order that was cancelled for it, but for the customer's own "
    "wish") {
  const Trace trace{.id = {1}, .span = 2, .flags = 1};
  const auto failed =
      with_steps({{EventKind::OrderPlaced, saga::State::placed},
                  {EventKind::PaymentNotAuthorized, saga::State::cancelling, saga::Reason::payment_declined},
                  {EventKind::OrderCancelled, saga::State::undone, saga::Reason::payment_declined},
                  {EventKind::NotificationSent, saga::State::cancelled, saga::Reason::payment_declined}});
  const std::vector<Span> spans = traces::spans_of(trace, *failed, 4);
  CHECK(spans.front().error == "payment_declined");
  CHECK(text(spans.front(), "saga.order.reason") == "payment_declined");
  CHECK(named(spans, "PaymentNotAuthorized").error == "payment_declined");
  CHECK(named(spans, "OrderCancelled").error.empty());
  const auto wished =
      with_steps({{EventKind::OrderPlaced, saga::State::placed},
                  {EventKind::NotificationSent, saga::State::cancelled, saga::Reason::customer_request}});
  CHECK(traces::spans_of(trace, *wished, 2).front().error.empty());
  const auto shipped =
      with_steps({{EventKind::OrderPlaced, saga::State::placed},
                  {EventKind::NotificationFailed, saga::State::completed, saga::Reason::mail_refused}});
  const std::vector<Span> no_mail = traces::spans_of(trace, *shipped, 2);
  CHECK(no_mail.front().error.empty());
  CHECK(named(no_mail, "NotificationFailed").error == "mail_refused");
}

TEST_CASE(
    "of steps alike the first and the last are shown, and where one does not follow another nobody knows "
    "when it began") {
  tests::Walker walker;
  const tests::OrderDraft draft = tests::make_order(1);
  tests::Path path{EventKind::OrderPlaced, EventKind::PaymentConfirmed, EventKind::InventoryInsufficient};
  for (int i = 0; i < 3; ++i) path.insert(path.end(), {EventKind::OrderParked, EventKind::OrderResumed});
  path.insert(path.end(),
              {EventKind::PaymentRefunded, EventKind::OrderCancelled, EventKind::NotificationSent});
  tape::Record& record = walker.go(draft.order, path);
  record.stored(record.step_count);
  const std::vector<Span> spans =
      traces::spans_of({.id = {1}, .span = 2, .flags = 1}, record, record.step_count);
  const auto count = [&](std::string_view name) {
    return std::count_if(spans.begin(), spans.end(), [&](const Span& span) { return span.name == name; });
  };
  CHECK(count("OrderParked") == 2);
  CHECK(count("OrderResumed") == 2);
  CHECK(count("ack OrderPlaced") == 0);  // acked before this engine saw it
  CHECK(named(spans, "PaymentRefunded").end - named(spans, "PaymentRefunded").begin ==
        std::chrono::microseconds{1'000'001});
  for (std::size_t i = 1; i < spans.size(); ++i) {
    CHECK(spans[i].begin <= spans[i].end);
    CHECK(spans[i].begin >= spans[i - 1].begin);
  }
}
