// Whether what was done outside is what the log says, when nothing is under way.
#include "tests/sim/effects.h"
#include "tests/sim/violation.h"

namespace sim {

using saga::Turn;

void Effects::check(const Model& log, const Model::Outside& outside) const {
  for (const auto& [id, order] : log.orders) {
    if (order.ended()) check_order(id, order, outside);
  }
}

void Effects::check_order(std::string_view id, const Model::Order& order,
                          const Model::Outside& outside) const {
  const bool completed = order.state == "completed";
  const auto is_right = [&](bool done_outside, Turn turn, bool due) {
    if (!done_outside || holds(id, turn) == due) return;
    throw Violation("order " + std::string{id} + " is " + std::string{order.status} + ", and " +
                    std::string{saga::name(turn)} + (due ? " was not done" : " was done, and not undone"));
  };
  is_right(outside.payment, Turn::payment_charge, completed && order.amount > 0);
  is_right(outside.payment, Turn::payment_capture, completed && order.captured_later);
  is_right(outside.inventory, Turn::inventory_reserve, completed);
  is_right(outside.shipping, Turn::shipping_ship, completed);

  const auto said = [&](Turn turn) -> const tape::AnswerData* {
    const auto at = effects_.find(effect_key(id, turn));
    return at == effects_.end() || !at->second.answer ? nullptr : &at->second.answer->said;
  };
  if (outside.payment && order.amount > 0 && order.has("PaymentConfirmed")) {
    const tape::AnswerData* const charge = said(Turn::payment_charge);
    require(charge != nullptr && charge->reference == order.payment_reference,
            [&] { return "the log has another reference than the charge: " + std::string{id}; });
  }
  if (outside.shipping && order.has("ShippingConfirmed")) {
    const tape::AnswerData* const parcel = said(Turn::shipping_ship);
    require(
        parcel != nullptr && parcel->tracking_number == order.tracking && parcel->carrier == order.carrier,
        [&] { return "the log has another parcel than was sent: " + std::string{id}; });
  }
}

}  // namespace sim
