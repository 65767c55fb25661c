#include "edge/http/api/list_query.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "edge/http/api/limits.h"
#include "edge/http/api/percent.h"
#include "engine/saga/order.h"
#include "engine/saga/text.h"

namespace http {
namespace {

// What is wrong with a parameter; empty: nothing.
using Wrong = std::string_view;
constexpr Wrong wrong_limit = "limit must be from 1 to 500";
constexpr Wrong wrong_cursor = "cursor is none that goes on: begin again without one";

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// A plus sign is a blank, as libraries write one, but in an e-mail address, which people type as it is.
std::optional<std::string> read_value(std::string_view text) {
  const bool address = text.find('@') != std::string_view::npos || text.find("%40") != std::string_view::npos;
  return percent_decoded(text, address ? '+' : ' ');
}

/// Calls read(name, value) for each parameter, decoded.
template <class Read>
engine::Result<> each_parameter(std::string_view query, const Read& read) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto value = read_value(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return "a percent sign stands before no hex digits";
    if (const Wrong wrong = read(pair.substr(0, equals), *value); !wrong.empty()) return std::string{wrong};
  }
  return {};
}

Wrong read_limit(std::string_view value, std::size_t& limit) {
  return read_number(value, limit) && limit > 0 && limit <= limits::listing ? Wrong{} : wrong_limit;
}

}  // namespace

engine::Result<> read_list_query(std::string_view query, desk::ListRequest& wanted) {
  wanted.limit = limits::listing_default;
  wanted.bytes = limits::listing_bytes;
  return each_parameter(query, [&](std::string_view name, const std::string& value) -> Wrong {
    if (name == "status") {
      wanted.filter.status = saga::find_state(value);
      wanted.filter.retrying = value == "retrying";
      const bool known = wanted.filter.status || wanted.filter.retrying;
      return known ? Wrong{} : "status is none of an order's, nor retrying";
    }
    if (name == "reason") {
      wanted.filter.reason = saga::find_reason(value);
      return wanted.filter.reason ? Wrong{} : "reason is none of an order's";
    }
    if (name == "q") {
      wanted.named = value;
      return saga::printable_text(value, saga::max_email_bytes)
                 ? Wrong{}
                 : "q must be an order's id, its reference or its e-mail address";
    }
    if (name == "limit") return read_limit(value, wanted.limit);
    if (name == "cursor") {
      const bool ours =
          value.empty() || (std::string_view{value}.starts_with(cursor_mark) &&
                            read_number(std::string_view{value}.substr(cursor_mark.size()), wanted.before));
      return ours ? Wrong{} : wrong_cursor;
    }
    return "a parameter is unknown: there are status, reason, q, limit and cursor";
  });
}

engine::Result<> read_stock_query(std::string_view query, StockQuery& wanted) {
  wanted.limit = limits::listing_default;
  return each_parameter(query, [&](std::string_view name, const std::string& value) -> Wrong {
    if (name == "limit") return read_limit(value, wanted.limit);
    if (name == "cursor") {
      wanted.after = value;
      const bool ours = value.empty() || saga::printable_text(value, saga::max_sku_characters);
      return ours ? Wrong{} : wrong_cursor;
    }
    return "a parameter is unknown: there are limit and cursor";
  });
}

}  // namespace http
