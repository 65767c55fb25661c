#include "engine/desk/bulk_retry.h"

#include <algorithm>

#include "engine/saga/table.h"

namespace desk {

bool BulkRetry::start(const BulkRetryRequest& request, engine::Time now) {
  if (running()) return false;
  request_ = request;
  ids_.clear();
  next_ = sent_on_ = 0;
  stopped_ = false;
  began_ = now;
  // Any state that is shown as parked, and such an order is live.
  const orders::Filter parked{.status = saga::State::parked_refunding, .reason = request.reason};
  for (const orders::Listed& one : with_.orders.list(parked, UINT64_MAX, with_.orders.counts().live))
    ids_.push_back(one.live->order.id);
  std::reverse(ids_.begin(), ids_.end());
  fire(now);
  return true;
}

void BulkRetry::stop() {
  with_.timers.cancel(*this);
  stopped_ = true;
}

BulkRetry::Progress BulkRetry::progress() const {
  return {.running = running(),
          .orders = ids_.size(),
          .sent_on = sent_on_,
          .left = ids_.size() - next_,
          .rate = request_.rate};
}

/// Of the order that is next.
engine::Time BulkRetry::due() const {
  return began_ +
         engine::Duration{std::chrono::seconds{1}} * static_cast<std::int64_t>(next_) / request_.rate;
}

void BulkRetry::fire(engine::Time now) {
  while (running() && due() <= now) send_on(ids_[next_++]);
  if (running()) with_.timers.arm(*this, due());
}

void BulkRetry::send_on(const saga::OrderId& id) {
  tape::Record* const live = with_.orders.find_live(id);
  if (live == nullptr || !saga::parked(live->status)) return;
  if (with_.dispatch.request(*live, tape::OrderRequest::retry, request_.by)) ++sent_on_;
}

}  // namespace desk
