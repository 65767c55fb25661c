#include "edge/http/api/order_wait.h"

#include <utility>

#include "edge/http/api/order_answers.h"
#include "engine/ensure.h"

namespace http {

void OrderWait::begin(Exchange& exchange) {
  exchange_ = &exchange;
  record_ = nullptr;
  exchange.leave_to(*this);
}

void OrderWait::attach(tape::Record& record) {
  record_ = &record;
  record.attach(*this);
}

Exchange& OrderWait::release() {
  ENSURE(active());
  stop_looking();
  reactor_.timers().cancel(*this);
  if (record_ != nullptr) record_->detach(*this);
  record_ = nullptr;
  Exchange& exchange = *std::exchange(exchange_, nullptr);
  exchange.hold(0);
  given_back();
  return exchange;
}

void OrderWait::answer_unknown() {
  if (looking()) return answer_not_taken(release(), "this engine has been replaced");
  fire({});
}

}  // namespace http
