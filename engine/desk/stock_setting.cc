#include "engine/desk/stock_setting.h"

#include <utility>

namespace desk {

void StockSetting::start(std::string_view sku, const tape::StockRequest& request, std::string_view by,
                         const Deadlines& deadlines, Client& client) {
  begin(client, deadlines);
  if (!with_.orders.intake_open()) return not_taken(cause::closed);
  if (request.relative) {
    const auto level = with_.stock.find(sku);
    if (!level) return answer({.outcome = Outcome::uncounted});
    const std::int64_t next = *level + request.amount;
    if (next < 0 || next > tape::on_hand_max)
      return answer({.outcome = Outcome::out_of_bounds, .on_hand = *level});
  }
  change_ = with_.dispatch.set_stock(sku, request, by);
  if (change_ == nullptr) return not_taken("as many stock levels as may be wait for Kafka or Redis");
  change_->waiter = this;
  wait_until(deadlines_.ack);
}

void StockSetting::acked(const tape::StockChange& change) {
  switch (change.outcome) {
    case tape::StockOutcome::set:
      return answer({.outcome = Outcome::level, .sku = change.sku, .on_hand = change.on_hand});
    case tape::StockOutcome::other_level:
      return answer({.outcome = Outcome::other_level});
    case tape::StockOutcome::out_of_bounds:
      return answer({.outcome = Outcome::out_of_bounds, .on_hand = change.on_hand});
  }
}

void StockSetting::given_back() {
  if (change_ != nullptr) std::exchange(change_, nullptr)->waiter = nullptr;
  pool_.give(*this);
}

}  // namespace desk
