#include "edge/http/list_orders.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "edge/http/limits.h"
#include "edge/http/live_order.h"
#include "engine/orders/document.h"

namespace http {
namespace {

struct Page {
  orders::Filter filter;
  std::size_t limit = limits::listing_default;
  std::uint64_t before = UINT64_MAX;
};

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// What is wrong with the query, or nothing. An unknown parameter is an error: a misspelt filter that is
/// ignored shows the wrong orders.
const char* read_page(std::string_view query, Page& page) {
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
      page.filter = {saga::find_state(value), value == "retrying"};
      if (!page.filter.status && !page.filter.retrying) return "status is none of an order's, nor retrying";
      continue;
    } else if (name == "limit") {
      if (!read_number(value, page.limit) || page.limit == 0 || page.limit > limits::listing)
        return "limit must be from 1 to 500";
      continue;
    } else if (name == "cursor") {
      if (!read_number(value, page.before)) return "cursor is not one that this engine has given out";
      continue;
    }
    return "a parameter is unknown: there are status, limit and cursor";
  }
  return nullptr;
}

}  // namespace

void list_orders(const Request& request, const orders::Orders& orders, Exchange& exchange) {
  Page page;
  if (const char* const wrong = read_page(request.query, page))
    return exchange.refuse({.status = 400, .detail = wrong, .pointer = {}});
  const std::vector<orders::Listed> listed = orders.list(page.filter, page.before, page.limit);
  std::string body = R"({"data":[)";
  for (const orders::Listed& one : listed) {
    if (&one != listed.data()) body += ',';
    body += one.live != nullptr ? live_order(*one.live) : orders::public_part(one.finished->document);
  }
  body += "],\"nextCursor\":";
  body += listed.size() < page.limit ? "null" : '"' + std::to_string(listed.back().serial) + '"';
  body += '}';
  exchange.answer({200, "application/json", {}, body});
}

}  // namespace http
