#include "engine/codec/fields.h"

#include <simdjson.h>

#include <charconv>

#include "engine/codec/opaque.h"
#include "engine/saga/money.h"
#include "engine/saga/trace.h"

namespace codec {
namespace {

using simdjson::dom::element;

template <class Number>
bool read_digits(std::string_view text, int base, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<saga::Line> line_of(const element& object, const saga::Currency& currency) {
  const auto sku = text_of(object, "sku");
  const auto price = text_of(object, "price");
  const auto quantity = number_of(object, "quantity");
  bool stocked = true;
  if (const auto told = object["stocked"];
      told.error() == simdjson::SUCCESS && told.get(stocked) != simdjson::SUCCESS)
    return std::nullopt;
  if (!sku || !price || !quantity || *quantity < 1 || *quantity > saga::max_quantity) return std::nullopt;
  const saga::MoneyParse money = saga::parse_money(*price, currency);
  if (money.error != saga::MoneyError::none) return std::nullopt;
  return saga::Line{*sku, static_cast<std::uint32_t>(*quantity), money.minor, stocked};
}

engine::Result<> read_goods(const element& object, Draft& draft) {
  saga::Order& order = draft.order;
  draft.lines.clear();
  if (const auto item = text_of(object, "item")) {
    draft.lines.push_back({*item, 1, order.total_minor + order.discount_minor});
    order.short_form = true;
  } else {
    simdjson::dom::array items;
    if (object["items"].get(items) != simdjson::SUCCESS) return "items";
    for (const element each : items) {
      const auto line = line_of(each, order.currency);
      if (!line || draft.lines.size() == saga::max_lines) return "items";
      draft.lines.push_back(*line);
    }
    order.short_form = false;
  }
  order.lines = draft.lines;
  if (draft.lines.empty()) return "items";
  return {};
}

engine::Result<> read_opaque(const element& object, std::string_view text, saga::Order& order) {
  order.shipping = order.payment = order.metadata = {};
  bool any = false;
  for (const char* const key : {"shipping", "payment", "metadata"}) {
    element value;
    if (object[key].get(value) != simdjson::SUCCESS) continue;
    if (!value.is_object()) return key;
    any = true;
  }
  if (!any) return {};
  const Opaque found = find_opaque(text);
  order.shipping = found.shipping;
  order.payment = found.payment;
  order.metadata = found.metadata;
  return {};
}

}  // namespace

std::optional<std::string_view> text_of(const element& object, std::string_view key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<std::int64_t> number_of(const element& object, std::string_view key) {
  std::int64_t number = 0;
  if (object[key].get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

engine::Result<> read_order(const element& object, std::string_view text, Draft& draft) {
  saga::Order& order = draft.order;
  const auto id = saga::OrderId::parse(text_of(object, "orderId").value_or(""));
  if (!id) return "orderId";
  order.id = *id;
  const auto hash = parse_digest(text_of(object, "bodyHash").value_or(""));
  if (!hash) return "bodyHash";
  order.body_hash = *hash;
  const auto user = text_of(object, "userId");
  if (!user) return "userId";
  order.user_id = *user;
  const auto email = text_of(object, "userEmail");
  if (!email) return "userEmail";
  order.email = *email;
  const auto currency = saga::find_currency_in_log(text_of(object, "currency").value_or(""));
  if (!currency) return "currency";
  order.currency = *currency;
  const auto total = number_of(object, "amountMinor");
  if (!total || *total < 0 || *total > saga::max_minor) return "amountMinor";
  order.total_minor = *total;
  const auto discount = saga::parse_money(text_of(object, "discount").value_or("0"), order.currency);
  if (discount.error != saga::MoneyError::none) return "discount";
  order.discount_minor = discount.minor;
  order.reference = text_of(object, "reference").value_or("");
  order.capture =
      text_of(object, "capture") == "later" ? saga::Capture::with_shipment : saga::Capture::at_once;
  if (auto read = read_opaque(object, text, order); !read.ok()) return read;
  return read_goods(object, draft);
}

std::optional<engine::Time> parse_time(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00.000000Z";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    for (const char c : text.substr(from, count)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                         std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + number(11, 2)) * 60 + number(14, 2)) * 60 + number(17, 2);
  return engine::Time{(seconds * 1'000'000 + number(20, 6)) * 1000};
}

std::optional<saga::Digest> parse_digest(std::string_view hex) {
  saga::Digest digest;
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    if (!read_digits(hex.substr(2 * i, 2), 16, digest[i])) return std::nullopt;
  }
  return digest;
}

std::string_view trace_of(std::string_view traceparent) {
  return saga::Trace::written_by_us(traceparent) ? traceparent : std::string_view{};
}

std::optional<std::uint32_t> step_of(std::string_view id, std::string_view order) {
  if (!id.starts_with(order) || id.size() < order.size() + 2 || id[order.size()] != '.') return std::nullopt;
  const std::string_view digits = id.substr(order.size() + 1);
  std::uint32_t step = 0;
  if (!read_digits(digits, 10, step) || step == 0) return std::nullopt;
  return step;
}

}  // namespace codec
