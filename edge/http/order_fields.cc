#include "edge/http/order_fields.h"

#include <algorithm>
#include <utility>

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

bool printable_text(std::string_view text, std::size_t max) {
  if (text.empty() || text.size() > max) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    // U+0080 to U+009F, the C1 controls, are C2 80 to C2 9F.
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return false;
  }
  return true;
}

void OrderFields::clear() {
  user_id = email = item = currency = {};
  amount = {};
  order_id.reset();
  has_items = false;
  item_count = 0;
}

std::optional<Problem> OrderFields::judge(const saga::Currency& default_currency, saga::Order& order) {
  if (user_id.data() == nullptr) return wrong_field("/userId", "is missing");
  if (!printable_text(user_id, saga::max_user_id_bytes))
    return wrong_field("/userId", "must be 1 to 128 printable characters");
  if (email.data() == nullptr) return wrong_field("/userEmail", "is missing");
  if (!saga::valid_email(email)) return wrong_field("/userEmail", "is not an e-mail address");
  order.currency = default_currency;
  if (currency.data() != nullptr) {
    const auto found = saga::find_currency(currency);
    if (!found) return wrong_field("/currency", "is not an ISO 4217 currency");
    order.currency = *found;
  }
  order.user_id = user_id;
  order.email = email;
  if (order_id) order.id = *order_id;
  if (item.data() != nullptr && has_items)
    return wrong_field("/items", "stands beside item: one of them, not both");
  if (item.data() != nullptr) return judge_short(order);
  if (has_items) return judge_items(order);
  return wrong_field("/item", "is missing: item or items");
}

std::optional<Problem> OrderFields::judge_short(saga::Order& order) {
  if (!printable_text(item, saga::max_sku_bytes))
    return wrong_field("/item", "must be 1 to 128 printable characters");
  if (amount.text.data() == nullptr) return wrong_field("/amount", "is missing");
  if (auto problem = read_money(amount, order.currency, order.total_minor, "/amount")) return problem;
  if (order.total_minor == 0) return wrong_field("/amount", "must not be zero");
  order.short_form = true;
  lines[0] = {item, 1, order.total_minor};
  order.lines = {lines.data(), 1};
  return std::nullopt;
}

std::optional<Problem> OrderFields::judge_items(saga::Order& order) {
  if (item_count == 0) return wrong_field("/items", "is empty");
  std::size_t count = 0;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < item_count; ++i) {
    const Item& one = items[i];
    if (!printable_text(one.sku, saga::max_sku_bytes))
      return wrong_field(item_pointer(i, "/sku"), "must be 1 to 128 printable characters");
    std::int64_t price = 0;
    if (auto problem = read_money(one.price, order.currency, price, item_pointer(i, "/price")))
      return problem;
    total += price * one.quantity;  // at most 10^12 * 10^6 on top of max_minor: fits
    if (total > saga::max_minor) return wrong_field("/items", "sum up to more than 10^12 minor units");
    saga::Line* const end = lines.data() + count;
    saga::Line* const same = std::find_if(lines.data(), end, [&](const saga::Line& line) {
      return line.sku == one.sku && line.price_minor == price;
    });
    if (same == end) {
      lines[count++] = {one.sku, one.quantity, price};
      continue;
    }
    same->quantity += one.quantity;
    if (same->quantity > saga::max_quantity)
      return wrong_field(item_pointer(i, "/quantity"), "sums up to more than 1000000 of one sku");
  }
  if (total == 0) return wrong_field("/items", "sum up to zero");
  if (amount.text.data() != nullptr) {
    std::int64_t said = 0;
    if (auto problem = read_money(amount, order.currency, said, "/amount")) return problem;
    if (said != total) return wrong_field("/amount", "is not the sum of the items");
  }
  order.short_form = false;
  order.total_minor = total;
  order.lines = {lines.data(), count};
  return std::nullopt;
}

}  // namespace http
