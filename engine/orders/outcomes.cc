#include "engine/orders/outcomes.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/orders/imbalance.h"

namespace orders {

void Outcomes::acked(const tape::Event& event) {
  const Imbalance found = imbalance(event);
  if (found == Imbalance::money) money_.add();
  if (found == Imbalance::stock) stock_.add();
  const bool completed = event.state == saga::State::completed;
  const tape::Record& record = *event.record;
  if ((!completed && event.state != saga::State::cancelled) || record.mail_step != 0) return;
  Ending& ending = completed ? completed_ : cancelled_;
  ending.count[static_cast<std::size_t>(record.reason)].add();
  const engine::Duration after = event.at - record.steps().at(1).at;
  ending.after_ns.record(static_cast<std::uint64_t>(std::max<std::int64_t>(after.count(), 0)));
}

void Outcomes::list(runtime::Metrics& metrics) const {
  const auto each = [&](const auto& list_one) {
    list_one(saga::State::completed, completed_);
    list_one(saga::State::cancelled, cancelled_);
  };
  each([&](saga::State state, const Ending& ending) {
    const std::string outcome = "outcome=\"" + std::string{saga::name(state)} + "\"";
    for (std::size_t i = 0; i < saga::reasons; ++i) {
      const std::string_view reason = saga::name(static_cast<saga::Reason>(i));
      metrics.add("saga_orders_ended_total",
                  outcome + ",reason=\"" + std::string{i == 0 ? "none" : reason} + "\"",
                  "Orders that have come to their end, by what became of them and why.", ending.count[i]);
    }
  });
  each([&](saga::State state, const Ending& ending) {
    metrics.add("saga_order_seconds", "outcome=\"" + std::string{saga::name(state)} + "\"",
                "From an order's placement to its last event, its mail sent or given up.", ending.after_ns);
  });
  for (const auto& [what, counter] : {std::pair{Imbalance::money, &money_}, {Imbalance::stock, &stock_}}) {
    metrics.add("saga_invariant_broken_total",
                "invariant=\"" + std::string{imbalance_names[static_cast<std::size_t>(what)]} + "\"",
                "Orders that ended with money or stock unaccounted for, and levels below zero.", *counter);
  }
}

}  // namespace orders
