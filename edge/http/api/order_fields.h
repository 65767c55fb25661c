// What the body of an order said, field by field, and whether that makes an order. No JSON in here: the walk
// is order_parser.cc's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edge/http/api/complaints.h"
#include "edge/http/api/limits.h"
#include "edge/http/wire/problem.h"
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
    bool stocked = true;
  };

  std::string_view user_id, email, item, currency, reference;  // null: absent
  std::string shipping, payment, metadata;                     // objects as they were written; empty: absent
  Amount amount, discount;
  std::optional<std::int64_t> amount_minor;
  std::optional<saga::OrderId> order_id;
  bool has_items = false;
  std::size_t item_count = 0;
  std::array<Item, limits::items> items;
  std::array<saga::Line, saga::max_lines> lines;  // what becomes of them, added up
  std::string ascii_email;                        // of one with an internationalized domain

  Complaints complaints;  // of the fields, as they were read and as they are judged

  void clear();
  /// Fills `order`, whose lines and texts may point into this; it is one if there are no complaints.
  void judge(const saga::Currency& default_currency, saga::Order& order);

 private:
  void judge_email(saga::Order& order);
  void judge_currency(saga::Order& order);
  void judge_discount(saga::Order& order);
  void judge_short(saga::Order& order);
  void judge_items(saga::Order& order);
  void judge_item(const Item& one, std::size_t index, const saga::Currency& currency, std::int64_t& price);
  void judge_amount(std::int64_t total, const saga::Currency& currency);
  void read_money(const Amount& amount, const saga::Currency& currency, std::int64_t& minor,
                  std::string pointer);
};

inline constexpr const char* too_many_lines = "are more than 100 lines, those of one sku and price added up";

}  // namespace http
