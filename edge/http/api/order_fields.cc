#include "edge/http/api/order_fields.h"

#include <algorithm>
#include <utility>

#include "edge/http/api/domain_name.h"
#include "edge/http/wire/text.h"
#include "engine/saga/email.h"

namespace http {
namespace {

std::string item_pointer(std::size_t index, std::string_view field) {
  std::string pointer = "/items/" + std::to_string(index);
  pointer += field;
  return pointer;
}

std::optional<Problem> read_money(const OrderFields::Amount& amount, const saga::Currency& currency,
                                  std::int64_t& minor, std::string pointer) {
  const saga::MoneyParse parsed = saga::parse_money(amount.text, currency);
  if (parsed.error != saga::MoneyError::none)
    return wrong_field(std::move(pointer), std::string{saga::describe(parsed.error)});
  minor = parsed.minor;
  return std::nullopt;
}

}  // namespace

void OrderFields::clear() {
  user_id = email = item = currency = reference = {};
  for (std::string* const object : {&shipping, &payment, &metadata}) object->clear();
  amount = discount = {};
  amount_minor.reset();
  order_id.reset();
  has_items = false;
  item_count = 0;
}

std::optional<Problem> OrderFields::judge(const saga::Currency& default_currency, saga::Order& order) {
  if (user_id.data() == nullptr) return wrong_field("/userId", "is missing");
  if (!saga::printable_text(user_id, saga::max_user_id_characters))
    return wrong_field("/userId", "must be 1 to 128 printable characters");
  order.user_id = user_id;
  if (auto problem = judge_email(order)) return problem;
  order.currency = default_currency;
  if (auto problem = judge_currency(order)) return problem;
  if (auto problem = judge_discount(order)) return problem;
  if (reference.data() != nullptr && !saga::printable_text(reference, saga::max_reference_characters))
    return wrong_field("/reference", "must be 1 to 64 printable characters");
  order.reference = reference;
  order.shipping = shipping;
  order.payment = payment;
  order.metadata = metadata;
  if (order_id) order.id = *order_id;
  if (item.data() != nullptr && has_items)
    return wrong_field("/items", "stands beside item: one of them, not both");
  if (item.data() != nullptr) return judge_short(order);
  if (has_items) return judge_items(order);
  return wrong_field("/item", "is missing: item or items");
}

std::optional<Problem> OrderFields::judge_email(saga::Order& order) {
  if (email.data() == nullptr) return wrong_field("/userEmail", "is missing");
  order.email = email;
  if (!std::ranges::all_of(email, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    ascii_email = with_ascii_domain(email).value_or("");
    order.email = ascii_email;
  }
  if (!saga::valid_email(order.email)) return wrong_field("/userEmail", "is not an e-mail address");
  return std::nullopt;
}

std::optional<Problem> OrderFields::judge_currency(saga::Order& order) const {
  if (currency.data() == nullptr) return std::nullopt;
  if (const auto found = saga::find_currency(currency)) {
    order.currency = *found;
    return std::nullopt;
  }
  std::string capitals;
  for (const char c : currency.substr(0, 3)) capitals += upper(c);
  if (currency.size() == 3 && saga::find_currency(capitals))
    return wrong_field("/currency", "must be written in capitals: " + capitals);
  return wrong_field("/currency", "is not a currency of ISO 4217");
}

std::optional<Problem> OrderFields::judge_discount(saga::Order& order) const {
  if (discount.text.data() == nullptr) return std::nullopt;
  return read_money(discount, order.currency, order.discount_minor, "/discount");
}

/// What was said of the total, when it is known.
std::optional<Problem> OrderFields::judge_amount(std::int64_t total, const saga::Currency& of) const {
  if (amount.text.data() != nullptr) {
    std::int64_t said = 0;
    if (auto problem = read_money(amount, of, said, "/amount")) return problem;
    if (said != total) return wrong_field("/amount", "is not the sum of the items less the discount");
  }
  if (amount_minor && *amount_minor != total)
    return wrong_field("/amountMinor", "is not the amount in the currency's minor units");
  return std::nullopt;
}

std::optional<Problem> OrderFields::judge_short(saga::Order& order) {
  if (!saga::printable_text(item, saga::max_sku_characters))
    return wrong_field("/item", "must be 1 to 128 printable characters");
  if (amount.text.data() != nullptr) {
    if (auto problem = read_money(amount, order.currency, order.total_minor, "/amount")) return problem;
  } else if (amount_minor) {
    order.total_minor = *amount_minor;
  } else {
    return wrong_field("/amount", "is missing: amount or amountMinor");
  }
  if (auto problem = judge_amount(order.total_minor, order.currency)) return problem;
  const std::int64_t price = order.total_minor + order.discount_minor;
  if (price > saga::max_minor)
    return wrong_field("/discount", "makes a price of more than 10^12 minor units");
  order.short_form = true;
  lines[0] = {item, 1, price};
  order.lines = {lines.data(), 1};
  return std::nullopt;
}

std::optional<Problem> OrderFields::judge_items(saga::Order& order) {
  if (item_count == 0) return wrong_field("/items", "is empty");
  std::size_t count = 0;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < item_count; ++i) {
    const Item& one = items[i];
    if (!saga::printable_text(one.sku, saga::max_sku_characters))
      return wrong_field(item_pointer(i, "/sku"), "must be 1 to 128 printable characters");
    std::int64_t price = 0;
    if (auto problem = read_money(one.price, order.currency, price, item_pointer(i, "/price")))
      return problem;
    sum += price * one.quantity;  // at most 10^12 * 10^6 on top of max_minor: fits
    if (sum > saga::max_minor) return wrong_field("/items", "sum up to more than 10^12 minor units");
    saga::Line* const end = lines.data() + count;
    saga::Line* const same = std::find_if(lines.data(), end, [&](const saga::Line& line) {
      return line.price_minor == price && line.stocked == one.stocked && line.sku == one.sku;
    });
    if (same == end) {
      if (count == lines.size()) return wrong_field("/items", too_many_lines);
      lines[count++] = {one.sku, one.quantity, price, one.stocked};
      continue;
    }
    same->quantity += one.quantity;
    if (same->quantity > saga::max_quantity)
      return wrong_field(item_pointer(i, "/quantity"), "sums up to more than 1000000 of one sku");
  }
  if (order.discount_minor > sum) return wrong_field("/discount", "is more than the sum of the items");
  order.total_minor = sum - order.discount_minor;
  if (auto problem = judge_amount(order.total_minor, order.currency)) return problem;
  order.short_form = false;
  order.lines = {lines.data(), count};
  return std::nullopt;
}

}  // namespace http
