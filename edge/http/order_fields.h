// What the body of an order said, field by field, and whether that makes an order. No JSON in here: the walk
// is order_parser.cc's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edge/http/problem.h"
#include "engine/saga/order.h"

namespace http {

struct OrderFields {
  /// A sum of money as it was written; judged when the currency is known.
  struct Amount {
    std::string_view text;  // null: absent
  };
  struct Item {
    std::string_view sku;
    std::uint32_t quantity = 1;
    Amount price;
  };

  std::string_view user_id, email, item, currency;  // null: absent
  Amount amount;
  std::optional<saga::OrderId> order_id;
  bool has_items = false;
  std::size_t item_count = 0;
  std::array<Item, saga::max_lines> items;
  std::array<saga::Line, saga::max_lines> lines;  // what becomes of them

  void clear();
  /// Fills `order`, whose lines point into this.
  std::optional<Problem> judge(const saga::Currency& default_currency, saga::Order& order);

 private:
  std::optional<Problem> judge_short(saga::Order& order);
  std::optional<Problem> judge_items(saga::Order& order);
};

/// 1 to `max` bytes of UTF-8 without control characters.
bool printable_text(std::string_view text, std::size_t max);

}  // namespace http
