#include "edge/http/list_orders.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "edge/http/limits.h"
#include "edge/http/live_order.h"
#include "engine/codec/document.h"

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

void ListOrders::handle(const Request& request, Exchange& exchange) {
  Page page;
  if (const char* const wrong = read_page(request.query, page))
    return exchange.refuse({.status = 400, .detail = wrong, .pointer = {}});
  const std::vector<orders::Listed> listed = orders_.list(page.filter, page.before, page.limit);
  std::vector<Line> lines;
  lines.reserve(listed.size());
  bool complete = true;
  for (const orders::Listed& one : listed) {
    if (one.live != nullptr) {
      lines.push_back({{}, live_order(*one.live)});
    } else if (one.finished != nullptr) {
      lines.push_back({{}, codec::public_part(one.finished->document)});
    } else {
      lines.push_back({one.id, {}});
      complete = false;
    }
  }
  std::string end = "],\"nextCursor\":";
  end += listed.size() < page.limit ? "null" : '"' + std::to_string(listed.back().serial) + '"';
  end += '}';
  if (complete) return answer(exchange, lines, end);
  fetches_.take(*this, store_, reactor_, settings_.lookup_deadline)
      .begin(exchange, std::move(lines), std::move(end));
}

void ListOrders::answer(Exchange& exchange, const std::vector<Line>& lines, std::string_view end) {
  std::string body = R"({"data":[)";
  for (const Line& line : lines) {
    if (line.text.empty()) continue;  // it has gone meanwhile
    if (body.back() != '[') body += ',';
    body += line.text;
  }
  body += end;
  exchange.answer({200, "application/json", {}, body});
}

void ListOrders::Fetch::begin(Exchange& exchange, std::vector<Line> lines, std::string end) {
  exchange_ = &exchange;
  lines_ = std::move(lines);
  end_ = std::move(end);
  next_ = 0;
  exchange.leave_to(*this);
  go_on();
}

void ListOrders::Fetch::go_on() {
  while (next_ < lines_.size() && !lines_[next_].text.empty()) ++next_;
  if (next_ < lines_.size()) return look_up(lines_[next_].id);
  answer(*exchange_, lines_, end_);
  lines_ = {};
  owner_.fetches_.give(*this);
}

void ListOrders::Fetch::looked_up(Found found, std::string_view document) {
  if (found == Found::unavailable) {
    exchange_->refuse({.status = 503, .detail = "not all in memory, and Redis is away", .pointer = {}},
                      "Retry-After: 1\r\n");
    return owner_.fetches_.give(*this);
  }
  if (found == Found::yes) {
    lines_[next_].text = codec::public_part(document);
  } else {
    ++next_;
  }
  go_on();
}

void ListOrders::Fetch::abandoned() {
  stop_looking();
  owner_.fetches_.give(*this);
}

}  // namespace http
