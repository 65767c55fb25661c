#include "engine/orders/dispatch.h"

namespace orders {

Dispatch::Dispatch(Inboxes& inboxes, tape::Room& room) : room_(room) {
  for (std::size_t i = 0; i < saga::handlers; ++i)
    to_[i].emplace(inboxes.of(static_cast<saga::HandlerId>(i)));
}

int Dispatch::hand_over() {
  const auto count = static_cast<int>(arrivals_.size());
  to_[static_cast<std::size_t>(saga::HandlerId::order)]->push(std::span<const tape::Task>{arrivals_});
  arrivals_.clear();
  return count;
}

void Dispatch::ask_for_mail(tape::Record& record, std::string_view by) {
  record.mail_by = by;
  record.ask_for_mail(record.step + 1);
  ++let_in_;
  to_[static_cast<std::size_t>(saga::HandlerId::notification)]->push({&record, tape::TaskKind::arrival});
}

void Dispatch::hand_on(tape::Record& record, saga::HandlerId to) {
  to_[static_cast<std::size_t>(to)]->push({&record, tape::TaskKind::token});
}

bool Dispatch::request(tape::Record& record, tape::OrderRequest request, std::string_view by) {
  const auto bit = static_cast<std::uint8_t>(request);
  if ((record.requests_sent & bit) != 0) return true;  // its poke is on its way, or was taken
  if (record.pokes.load(std::memory_order_relaxed) != 0) return false;  // nobody but us adds
  std::uint8_t pokes = 0;
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    if (saga::may_keep_waiting(static_cast<saga::HandlerId>(i))) ++pokes;
  }
  record.requests_sent |= bit;
  (request == tape::OrderRequest::cancel ? record.cancel_by : record.retry_by) = by;
  record.pokes.store(pokes, std::memory_order_relaxed);      // handed over by the inboxes
  record.requests.fetch_or(bit, std::memory_order_release);  // pairs with requested()
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    if (saga::may_keep_waiting(static_cast<saga::HandlerId>(i)))
      to_[i]->push({&record, tape::TaskKind::poke});
  }
  return true;
}

bool Dispatch::answer(tape::Record& record, tape::Answer answer) {
  if (record.pokes.load(std::memory_order_relaxed) != 0) return false;  // nobody but us adds
  record.pokes.store(1, std::memory_order_relaxed);                     // handed over by the inbox
  answer.record = &record;
  const auto to = static_cast<std::size_t>(saga::handler_of(answer.turn));
  to_[to]->push(tape::Task{std::make_unique<tape::Answer>(std::move(answer))});
  return true;
}

tape::StockChange* Dispatch::set_stock(std::string_view sku, const tape::StockRequest& request,
                                       std::string_view by) {
  if (changes_.size() == engine::limits::stock_changes || !room_.take_for_intake()) return nullptr;
  tape::StockChange& change = *changes_.emplace_back(std::make_unique<tape::StockChange>());
  change.sku = sku;
  change.request = request;
  change.by = by;
  to_[static_cast<std::size_t>(saga::HandlerId::inventory)]->push(tape::Task{&change});
  ++let_in_;
  return &change;
}

void Dispatch::settled(tape::StockChange& change) {
  std::erase_if(changes_, [&](const auto& one) { return one.get() == &change; });
}

}  // namespace orders
