// Reserves the goods: all lines that are stocked or nothing, never more than there is; and puts them back
// when the order is undone; sets and changes levels when somebody asks for that. A sku that was never counted
// is untracked: always there, or never, as configured. Thread: inventory's worker owns the stock from the
// start of the workers on; nobody else reads it. The outside reads what is left from the acked events.
// Invariants: no tracked sku's stock is ever negative.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/keyed_hash.h"
#include "handlers/handler.h"

namespace handlers {

enum class Untracked : std::uint8_t { accept, reject };

class InventoryHandler final : public Handler {
 public:
  explicit InventoryHandler(Untracked untracked = Untracked::accept) : untracked_(untracked) {}

  saga::HandlerId id() const override { return saga::HandlerId::inventory; }
  Outcome handle(const tape::Task& task, engine::Time now) override;

  /// What was taken from the engine's own stock goes back there, whoever counts it now.
  bool asks_outside(const tape::Record& record) const override;
  Decision given_up(const tape::Record& record, saga::Reason why) const override {
    if (record.state == saga::State::paid) return {saga::EventKind::InventoryInsufficient, why};
    return {saga::EventKind::OrderParked, why};
  }

  /// Before the workers start: the level as it was stored last.
  void set(std::string_view sku, std::int64_t free) { stock_.insert_or_assign(std::string{sku}, free); }

 private:
  /// Says in `change` what becomes of it. A sku that nobody has counted has none.
  void decide(tape::StockChange& change);
  /// Whether every line could be taken; if not, none is.
  bool reserve(tape::Record& record);
  void release(tape::Record& record);

  const Untracked untracked_;
  std::unordered_map<std::string, std::int64_t, engine::KeyedHash, std::equal_to<>> stock_;
};

}  // namespace handlers
