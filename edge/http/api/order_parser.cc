#include "edge/http/api/order_parser.h"

#include <charconv>
#include <utility>

#include "edge/http/api/json_body.h"
#include "edge/http/api/opaque_object.h"
#include "edge/http/api/order_fields.h"

namespace http {
namespace {

using namespace json;

/// Its characters, whether written as a number or as a string.
Verdict read_amount(ondemand::value value, std::string pointer, std::string_view& out) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type))
    return unreadable(value, error, std::move(pointer), "");
  if (type == ondemand::json_type::string) return read_text(value, std::move(pointer), out);
  if (type != ondemand::json_type::number)
    return wrong_field(std::move(pointer), "must be a number or a string such as \"49.99\"");
  return read_number(value, std::move(pointer), saga::describe(saga::MoneyError::not_a_number), out);
}

Verdict read_quantity(ondemand::value value, std::string pointer, std::uint32_t& out) {
  std::int64_t quantity = 0;
  Verdict problem = read_whole(value, std::move(pointer), 1, saga::max_quantity,
                               "must be a whole number from 1 to 1000000", quantity);
  out = static_cast<std::uint32_t>(quantity);
  return problem;
}

Verdict read_flag(ondemand::value value, std::string pointer, bool& out) {
  if (const error_code error = value.get_bool().get(out))
    return unreadable(value, error, std::move(pointer), "must be true or false");
  return std::nullopt;
}

Verdict read_item(ondemand::value value, std::size_t index, OrderFields::Item& item, Complaints& complaints) {
  static constexpr std::array<std::string_view, 4> keys{"sku", "quantity", "price", "stocked"};
  constexpr unsigned required = 3;
  const std::string parent = "/items/" + std::to_string(index);
  ondemand::object object;
  if (const error_code error = value.get_object().get(object))
    return unreadable(value, error, parent, "must be an object");
  Seen seen;
  Verdict problem = walk(object, keys, parent, seen, complaints,
                         [&](unsigned key, ondemand::value field, std::string_view name) {
                           std::string pointer = pointer_to(parent, name);
                           if (key == 0) return read_text(field, std::move(pointer), item.sku);
                           if (key == 1) return read_quantity(field, std::move(pointer), item.quantity);
                           if (key == 2) return read_amount(field, std::move(pointer), item.price.text);
                           return read_flag(field, std::move(pointer), item.stocked);
                         });
  if (problem) return problem;
  for (unsigned key = 0; key < required; ++key) {
    if (!seen.has(key)) complaints.add(pointer_to(parent, keys[key]), "is missing");
  }
  return std::nullopt;
}

Verdict read_items(ondemand::value value, OrderFields& fields) {
  ondemand::array array;
  if (const error_code error = value.get_array().get(array))
    return unreadable(value, error, "/items", "must be an array");
  fields.has_items = true;
  for (auto each : array) {
    if (const error_code error = each.error()) return malformed(simdjson::error_message(error), "/items");
    const ondemand::value item = each.value_unsafe();
    if (fields.item_count == fields.items.size()) return wrong_field("/items", too_many_lines);
    OrderFields::Item& into = fields.items[fields.item_count];
    into = {};
    if (Verdict problem = fields.complaints.keep(read_item(item, fields.item_count, into, fields.complaints)))
      return problem;
    ++fields.item_count;
  }
  return std::nullopt;
}

Verdict read_id(ondemand::value value, OrderFields& fields) {
  std::string_view text;
  if (Verdict problem = read_text(value, "/orderId", text)) return problem;
  fields.order_id = saga::OrderId::parse(text);
  if (!fields.order_id) return wrong_field("/orderId", "is not a UUID");
  return std::nullopt;
}

Verdict read_order(ondemand::object& object, OpaqueObjects& opaque, OrderFields& fields) {
  using Cards = OpaqueObjects::Cards;
  static constexpr std::array<std::string_view, 13> keys{
      "userId",      "userEmail", "item",     "amount",   "currency", "items",   "orderId",
      "amountMinor", "reference", "discount", "shipping", "payment",  "metadata"};
  Seen seen;
  return walk(object, keys, "", seen, fields.complaints,
              [&](unsigned key, ondemand::value field, std::string_view name) -> Verdict {
                switch (key) {
                  case 0:
                    return read_text(field, pointer_to("", name), fields.user_id);
                  case 1:
                    return read_text(field, pointer_to("", name), fields.email);
                  case 2:
                    return read_text(field, pointer_to("", name), fields.item);
                  case 3:
                    return read_amount(field, pointer_to("", name), fields.amount.text);
                  case 4:
                    return read_text(field, pointer_to("", name), fields.currency);
                  case 5:
                    return read_items(field, fields);
                  case 6:
                    return read_id(field, fields);
                  case 8:
                    return read_text(field, pointer_to("", name), fields.reference);
                  case 9:
                    return read_amount(field, pointer_to("", name), fields.discount.text);
                  case 10:
                    return opaque.read(field, name, Cards::may_stand, fields.shipping);
                  case 11:
                    return opaque.read(field, name, Cards::refused, fields.payment);
                  case 12:
                    return opaque.read(field, name, Cards::may_stand, fields.metadata);
                  default:
                    return read_whole(field, pointer_to("", name), 0, saga::max_minor,
                                      "must be a whole number from 0 to 10^12",
                                      fields.amount_minor.emplace());
                }
              });
}

}  // namespace

struct OrderParser::Json {
  ondemand::parser parser{limits::body_bytes + limits::padding};
  OpaqueObjects opaque;
};
struct OrderParser::Fields : OrderFields {};

OrderParser::OrderParser(const saga::Currency& default_currency)
    : default_currency_(default_currency),
      json_(std::make_unique<Json>()),
      fields_(std::make_unique<Fields>()) {}
OrderParser::~OrderParser() = default;

std::optional<Problem> OrderParser::parse(std::string_view body, Draft& draft) {
  fields_->clear();
  draft = {};
  Verdict problem = read_body(json_->parser, body, [&](ondemand::object& object) {
    return read_order(object, json_->opaque, *fields_);
  });
  draft.names_id = fields_->order_id.has_value();
  if (!problem) {
    fields_->judge(default_currency_, draft.order);
    problem = fields_->complaints.problem();
  }
  if (!problem) return problem;
  problem->type = problem_type::invalid_order;
  if (problem->status == 422) problem->title = "The order is not valid";
  return problem;
}

}  // namespace http
