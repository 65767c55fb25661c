#include "handlers/payment.h"

#include "engine/saga/json.h"
#include "engine/saga/render.h"

namespace handlers {

std::optional<Decision> PaymentHandler::handle(const tape::Task& task, engine::Time) {
  tape::Record& record = *task.record;
  std::array<char, saga::OrderId::text_size + 32> key;
  char* end = saga::json::put(key.data(), "sim-");
  end = saga::json::id(end, record.order.id);
  end = saga::json::put(end, ".");
  end = saga::json::number(end, record.step + 1);
  record.payment_reference = tape::ShortText({key.data(), static_cast<std::size_t>(end - key.data())});
  return Decision{saga::EventKind::PaymentConfirmed};
}

}  // namespace handlers
