#include "edge/http/api/list_orders.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "edge/http/api/limits.h"
#include "edge/http/api/live_order.h"
#include "edge/http/api/order_answers.h"
#include "engine/codec/document.h"

namespace http {
namespace {

struct Query {
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
const char* read_query(std::string_view query, Query& wanted) {
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
      if (!read_number(value, wanted.before)) return "cursor is not one that this engine has given out";
      continue;
    }
    return "a parameter is unknown: there are status, limit and cursor";
  }
  return nullptr;
}

}  // namespace

void ListOrders::handle(const Request& request, Exchange& exchange) {
  Query wanted;
  if (const char* const wrong = read_query(request.query, wanted))
    return exchange.refuse({.status = 400, .detail = wrong, .pointer = {}});
  const std::vector<orders::Listed> listed = orders_.list(wanted.filter, wanted.before, wanted.limit);
  Page page;
  page.more = listed.size() == wanted.limit;
  page.lines.reserve(listed.size());
  bool complete = true;
  for (const orders::Listed& one : listed) {
    Line line{one.serial, one.id, {}};
    if (one.live != nullptr) line.text = live_order(*one.live);
    if (one.finished != nullptr) line.text = codec::public_part(one.finished->document);
    if (page.bytes + line.text.size() > limits::listing_bytes && !page.lines.empty()) {
      page.more = true;
      break;
    }
    complete = complete && !line.text.empty();
    page.bytes += line.text.size();
    page.lines.push_back(std::move(line));
  }
  if (complete) return answer(exchange, page);
  fetches_.take(*this, store_, reactor_, settings_.lookup_deadline).begin(exchange, std::move(page));
}

void ListOrders::answer(Exchange& exchange, const Page& page) {
  std::string body;
  body.reserve(page.bytes + page.lines.size() + 64);
  body += R"({"data":[)";
  for (const Line& line : page.lines) {
    if (line.text.empty()) continue;  // it has gone meanwhile
    if (body.back() != '[') body += ',';
    body += line.text;
  }
  body += R"(],"nextCursor":)";
  body += page.more ? '"' + std::to_string(page.lines.back().serial) + '"' : "null";
  body += '}';
  exchange.answer({200, "application/json", {}, body});
}

void ListOrders::Fetch::begin(Exchange& exchange, Page page) {
  exchange_ = &exchange;
  page_ = std::move(page);
  next_ = 0;
  exchange.leave_to(*this);
  exchange.hold(limits::listing_bytes);  // what it may grow to
  go_on();
}

void ListOrders::Fetch::go_on() {
  while (next_ < page_.lines.size() && !page_.lines[next_].text.empty()) ++next_;
  if (next_ < page_.lines.size()) return look_up(page_.lines[next_].id);
  answer(*exchange_, page_);
  give_back();
}

void ListOrders::Fetch::looked_up(Found found, std::string_view document) {
  if (found == Found::unavailable) {
    answer_away(*exchange_);
    return give_back();
  }
  if (found == Found::yes) {
    Line& line = page_.lines[next_];
    line.text = codec::public_part(document);
    page_.bytes += line.text.size();
    while (page_.bytes > limits::listing_bytes && page_.lines.size() > 1) {
      page_.bytes -= page_.lines.back().text.size();
      page_.lines.pop_back();
      page_.more = true;
    }
  } else {
    ++next_;
  }
  go_on();
}

void ListOrders::Fetch::abandoned() {
  stop_looking();
  give_back();
}

void ListOrders::Fetch::give_back() {
  Page none;
  std::swap(page_, none);
  owner_.fetches_.give(*this);
}

}  // namespace http
