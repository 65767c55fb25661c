#include "edge/http/api/list_query.h"

#include <charconv>

#include "edge/http/api/limits.h"

namespace http {
namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

engine::Result<> read_list_query(std::string_view query, desk::ListRequest& wanted) {
  wanted.limit = limits::listing_default;
  wanted.bytes = limits::listing_bytes;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    const std::size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    if (value.empty()) {
      if (name.empty() || name == "status" || name == "limit" || name == "cursor") continue;
    } else if (name == "status") {
      wanted.filter = {saga::find_state(value), value == "retrying"};
      if (!wanted.filter.status && !wanted.filter.retrying)
        return "status is none of an order's, nor retrying";
      continue;
    } else if (name == "limit") {
      if (!read_number(value, wanted.limit) || wanted.limit == 0 || wanted.limit > limits::listing)
        return "limit must be from 1 to 500";
      continue;
    } else if (name == "cursor") {
      if (!value.starts_with(cursor_mark) || !read_number(value.substr(cursor_mark.size()), wanted.before))
        return "cursor is none that goes on: begin again without one";
      continue;
    }
    return "a parameter is unknown: there are status, limit and cursor";
  }
  return {};
}

}  // namespace http
