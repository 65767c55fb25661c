#include "handlers/payment.h"

#include "engine/saga/json.h"
#include "engine/saga/render.h"

namespace handlers {
namespace {

/// The key of the call that the record's next step makes, if there is one to make.
tape::ShortText call_key(const tape::Record& record) {
  if (record.order.costs_nothing()) return tape::ShortText("free");
  std::array<char, saga::OrderId::text_size + 32> key;
  char* end = saga::json::put(key.data(), "sim-");
  end = saga::json::id(end, record.order.id);
  end = saga::json::put(end, ".");
  end = saga::json::number(end, record.step + 1);
  return tape::ShortText({key.data(), static_cast<std::size_t>(end - key.data())});
}

}  // namespace

Outcome PaymentHandler::handle(const tape::Task& task, engine::Time) {
  tape::Record& record = *task.record;
  const bool asks = !record.order.costs_nothing();
  if (record.state == saga::State::refunding) {
    if (asks && refund_fails_now(rules_, record)) return Outcome::transient();
    record.refund_reference = call_key(record);
    return Decision{saga::EventKind::PaymentRefunded};
  }
  if (asks && fails_now(rules_, record)) return Outcome::transient();
  if (asks && declines(rules_, record.order)) {
    return Decision{saga::EventKind::PaymentNotAuthorized, saga::Reason::payment_declined};
  }
  record.payment_reference = call_key(record);
  return Decision{saga::EventKind::PaymentConfirmed};
}

Decision PaymentHandler::given_up(const tape::Record& record, saga::Reason why) const {
  if (record.state == saga::State::refunding) return {saga::EventKind::OrderParked, why};
  return {saga::EventKind::PaymentNotAuthorized, why};
}

}  // namespace handlers
