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

}  // namespace

void OrderFields::clear() {
  user_id = email = item = currency = reference = {};
  for (std::string* const object : {&shipping, &payment, &metadata}) object->clear();
  amount = discount = {};
  amount_minor.reset();
  order_id.reset();
  has_items = false;
  item_count = 0;
  complaints.clear();
}

void OrderFields::judge(const saga::Currency& default_currency, saga::Order& order) {
  if (user_id.data() == nullptr) {
    complaints.add("/userId", "is missing");
  } else if (!saga::printable_text(user_id, saga::max_user_id_characters)) {
    complaints.add("/userId", "must be 1 to 128 printable characters");
  }
  order.user_id = user_id;
  judge_email(order);
  order.currency = default_currency;
  judge_currency(order);
  judge_discount(order);
  if (reference.data() != nullptr && !saga::printable_text(reference, saga::max_reference_characters))
    complaints.add("/reference", "must be 1 to 64 printable characters");
  order.reference = reference;
  order.shipping = shipping;
  order.payment = payment;
  order.metadata = metadata;
  if (order_id) order.id = *order_id;
  if (item.data() != nullptr && has_items) {
    complaints.add("/items", "stands beside item: one of them, not both");
  } else if (item.data() != nullptr) {
    judge_short(order);
  } else if (has_items) {
    judge_items(order);
  } else if (!complaints.about("/items")) {
    complaints.add("/item", "is missing: item or items");
  }
}

void OrderFields::judge_email(saga::Order& order) {
  if (email.data() == nullptr) return complaints.add("/userEmail", "is missing");
  order.email = email;
  if (!std::ranges::all_of(email, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    ascii_email = with_ascii_domain(email).value_or("");
    order.email = ascii_email;
  }
  if (!saga::valid_email(order.email)) complaints.add("/userEmail", "is not an e-mail address");
}

void OrderFields::judge_currency(saga::Order& order) {
  if (currency.data() == nullptr) return;
  if (const auto found = saga::find_currency(currency)) {
    order.currency = *found;
    return;
  }
  std::string capitals;
  for (const char c : currency.substr(0, 3)) capitals += upper(c);
  complaints.add("/currency", currency.size() == 3 && saga::find_currency(capitals)
                                  ? "must be written in capitals: " + capitals
                                  : "is not a currency of ISO 4217");
}

/// Nothing, when it was not read or nobody knows the currency's digits.
void OrderFields::read_money(const Amount& said, const saga::Currency& of, std::int64_t& minor,
                             std::string pointer) {
  if (said.text.data() == nullptr || complaints.about("/currency")) return;
  const saga::MoneyParse parsed = saga::parse_money(said.text, of);
  if (parsed.error != saga::MoneyError::none)
    return complaints.add(std::move(pointer), std::string{saga::describe(parsed.error)});
  minor = parsed.minor;
}

void OrderFields::judge_discount(saga::Order& order) {
  read_money(discount, order.currency, order.discount_minor, "/discount");
}

/// What was said of the total, when it is known.
void OrderFields::judge_amount(std::int64_t total, const saga::Currency& of) {
  if (amount.text.data() != nullptr) {
    std::int64_t said = total;
    read_money(amount, of, said, "/amount");
    if (said != total) complaints.add("/amount", "is not the sum of the items less the discount");
  }
  if (amount_minor && *amount_minor != total)
    complaints.add("/amountMinor", "is not the amount in the currency's minor units");
}

void OrderFields::judge_short(saga::Order& order) {
  if (!saga::printable_text(item, saga::max_sku_characters))
    complaints.add("/item", "must be 1 to 128 printable characters");
  if (amount.text.data() != nullptr) {
    read_money(amount, order.currency, order.total_minor, "/amount");
  } else if (amount_minor) {
    order.total_minor = *amount_minor;
  } else if (!complaints.about("/amountMinor")) {
    complaints.add("/amount", "is missing: amount or amountMinor");
  }
  if (!complaints.none()) return;
  judge_amount(order.total_minor, order.currency);
  const std::int64_t price = order.total_minor + order.discount_minor;
  if (price > saga::max_minor) complaints.add("/discount", "makes a price of more than 10^12 minor units");
  order.short_form = true;
  lines[0] = {item, 1, price};
  order.lines = {lines.data(), 1};
}

/// What of a line could not be read was complained of already.
void OrderFields::judge_item(const Item& one, std::size_t index, const saga::Currency& of,
                             std::int64_t& price) {
  if (one.sku.data() != nullptr && !saga::printable_text(one.sku, saga::max_sku_characters))
    complaints.add(item_pointer(index, "/sku"), "must be 1 to 128 printable characters");
  read_money(one.price, of, price, item_pointer(index, "/price"));
}

/// Sums are known when all that goes into them is.
void OrderFields::judge_items(saga::Order& order) {
  if (item_count == 0 && !complaints.about("/items")) return complaints.add("/items", "is empty");
  std::size_t count = 0;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < item_count; ++i) {
    const Item& one = items[i];
    std::int64_t price = 0;
    judge_item(one, i, order.currency, price);
    if (!complaints.none()) continue;
    sum += price * one.quantity;  // at most 10^12 * 10^6 on top of max_minor: fits
    if (sum > saga::max_minor) {
      complaints.add("/items", "sum up to more than 10^12 minor units");
      continue;
    }
    saga::Line* const end = lines.data() + count;
    saga::Line* const same = std::find_if(lines.data(), end, [&](const saga::Line& line) {
      return line.price_minor == price && line.stocked == one.stocked && line.sku == one.sku;
    });
    if (same == end) {
      if (count == lines.size()) return complaints.add("/items", too_many_lines);
      lines[count++] = {one.sku, one.quantity, price, one.stocked};
      continue;
    }
    same->quantity += one.quantity;
    if (same->quantity > saga::max_quantity)
      complaints.add(item_pointer(i, "/quantity"), "sums up to more than 1000000 of one sku");
  }
  if (!complaints.none()) return;
  if (order.discount_minor > sum) return complaints.add("/discount", "is more than the sum of the items");
  order.total_minor = sum - order.discount_minor;
  judge_amount(order.total_minor, order.currency);
  order.short_form = false;
  order.lines = {lines.data(), count};
}

}  // namespace http
