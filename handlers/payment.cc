#include "handlers/payment.h"

#include <string>

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
  if (record.state == saga::State::capturing) {
    record.keep_answer(saga::EventKind::PaymentCaptured, {.reference = std::string{call_key(record).view()}});
    return Decision{saga::EventKind::PaymentCaptured};
  }
  if (asks && fails_now(rules_, record)) return Outcome::transient();
  if (asks && declines(rules_, record.order)) {
    return Decision{saga::EventKind::PaymentNotAuthorized, saga::Reason::payment_declined};
  }
  record.payment_reference = call_key(record);
  return Decision{saga::EventKind::PaymentConfirmed};
}

Decision PaymentHandler::given_up(const tape::Record& record, saga::Reason why) const {
  if (record.state == saga::State::placed) return {saga::EventKind::PaymentNotAuthorized, why};
  return {saga::EventKind::OrderParked, why};
}

}  // namespace handlers
