// The books of the log: what its events say of stock and of money, held against themselves. Every level must
// follow from the one before and the quantity that the event names; an order costs the sum of its lines less its
// discount; what was captured and not refunded must be what completed orders cost, and those that are under way
// and charged.
//
// Thread: one.
// Bounds: an entry a sku, and a currency.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "engine/codec/event_parser.h"
#include "engine/saga/money.h"
#include "engine/tape/record.h"
#include "engine/tape/tape.h"

namespace verify {

class Ledger {
 public:
  /// Told what is wrong, a sentence each.
  using Tell = std::function<void(std::string)>;

  explicit Ledger(Tell tell) : tell_(std::move(tell)) {}

  /// An event that the fold has applied, and its order after it. nullptr: none, or one that the log does not
  /// know; then only the stock is looked at.
  void take(const codec::EventRead& event, const tape::Record* record, tape::Offset offset);

  struct Money {
    saga::Currency currency;
    // In minor units.
    std::int64_t captured = 0, refunded = 0, completed = 0, under_way = 0;
  };
  /// At the end, with every unfinished order.
  void balance(std::span<tape::Record* const> unfinished);
  const std::map<std::string, Money, std::less<>>& money() const { return money_; }

  std::size_t skus() const { return levels_.size(); }

 private:
  void take_levels(const codec::EventRead& event, tape::Offset offset);
  void take_total(const saga::Order& order, tape::Offset offset);
  void take_money(const codec::EventRead& event, const tape::Record& record, tape::Offset offset);
  Money& money_of(const tape::Record& record);

  const Tell tell_;
  std::map<std::string, std::int64_t, std::less<>> levels_;
  std::map<std::string, Money, std::less<>> money_;
};

/// With its currency: "49.99 USD".
std::string show_money(std::int64_t minor, const saga::Currency& currency);

}  // namespace verify
