#include "edge/traces/order_spans.h"

#include <algorithm>
#include <string>

#include "engine/tape/record.h"

namespace traces {
namespace {

using edge::Span;
using saga::EventKind;

/// Something that was to be done was not.
bool failure(EventKind kind) {
  switch (kind) {
    case EventKind::PaymentNotAuthorized:
    case EventKind::PaymentUnresolved:
    case EventKind::InventoryInsufficient:
    case EventKind::InventoryUnresolved:
    case EventKind::ShippingFailed:
    case EventKind::ShippingUnresolved:
    case EventKind::NotificationFailed:
    case EventKind::OrderParked:
      return true;
    default:
      return false;
  }
}

/// Those that are kept, in their order.
std::vector<tape::Step> steps_of(const tape::Record& record, std::uint32_t through) {
  std::vector<tape::Step> steps;
  record.steps().each(through, [&](const tape::Steps::Shown& step) {
    steps.push_back(step.first);
    if (step.count > 1) steps.push_back(step.last);
  });
  std::sort(steps.begin(), steps.end(),
            [](const tape::Step& a, const tape::Step& b) { return a.number < b.number; });
  return steps;
}

Span order_span(const saga::Trace& trace, const tape::Record& record, const std::vector<tape::Step>& steps) {
  const tape::Step& last = steps.back();
  const std::uint64_t own = saga::span_of(record.order.id);
  Span span{.trace = trace.id,
            .id = own,
            .parent = trace.span == own ? 0 : trace.span,  // it began here
            .kind = Span::Kind::server,
            .name = "order",
            .begin = steps.front().at,
            .end = std::max(last.at, last.acked)};
  span.attributes = {{"saga.order.id", record.order.id.str()},
                     {"saga.order.status", std::string{saga::name(last.state)}}};
  if (last.reason == saga::Reason::none) return span;
  span.attributes.emplace_back("saga.order.reason", std::string{saga::name(last.reason)});
  if (last.state == saga::State::cancelled && last.reason != saga::Reason::customer_request)
    span.error = saga::name(last.reason);
  return span;
}

Span step_span(const Span& order, const tape::Record& record, const tape::Step& step, engine::Time begin) {
  Span span{.trace = order.trace,
            .id = saga::span_of_step(record.order.id, step.number),
            .parent = order.id,
            .name = std::string{saga::name(step.kind)},
            .begin = std::min(begin, step.at),
            .end = step.at};
  span.attributes = {{"saga.step", std::int64_t{step.number}}};
  if (failure(step.kind)) span.error = saga::name(step.reason);
  if (failure(step.kind) && span.error.empty()) span.error = span.name;
  return span;
}

Span ack_span(const Span& order, const tape::Record& record, const tape::Step& step) {
  Span span{.trace = order.trace,
            .id = saga::span_of_ack(record.order.id, step.number),
            .parent = order.id,
            .kind = Span::Kind::producer,
            .name = "ack " + std::string{saga::name(step.kind)},
            .begin = step.at,
            .end = std::max(step.at, step.acked)};
  span.attributes = {{"saga.step", std::int64_t{step.number}}, {"saga.offset", step.offset}};
  return span;
}

}  // namespace

std::vector<Span> spans_of(const saga::Trace& trace, const tape::Record& record, std::uint32_t through) {
  const std::vector<tape::Step> steps = steps_of(record, through);
  std::vector<Span> spans;
  spans.reserve(1 + 2 * steps.size());
  spans.push_back(order_span(trace, record, steps));
  const tape::Step* before = &steps.front();
  for (const tape::Step& step : steps) {
    // Between those that are not kept one by one nobody knows when it began.
    const bool follows = step.number == before->number + 1;
    spans.push_back(step_span(spans.front(), record, step, follows ? before->at : step.at));
    if (step.acked != engine::Time{}) spans.push_back(ack_span(spans.front(), record, step));
    before = &step;
  }
  return spans;
}

void OrderSpans::released(tape::Index released) {
  for (; next_ < released; ++next_) {
    const tape::Event& event = tape_.event(next_);
    if (event.record == nullptr || !saga::ended(event.state)) continue;
    const tape::Record& record = *event.record;
    if (record.order.traceparent.empty()) continue;
    // One whose mail is asked for again has ended before.
    if (record.steps().happened(EventKind::MailRequested, event.step)) continue;
    const auto trace = saga::Trace::parse(record.order.traceparent);
    if (trace && trace->sampled()) spans_.take(spans_of(*trace, record, event.step));
  }
}

}  // namespace traces
