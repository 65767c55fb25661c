#include "edge/http/order_parser.h"

#include <simdjson.h>

#include <charconv>
#include <utility>

#include "edge/http/limits.h"
#include "edge/http/order_fields.h"

namespace http {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using Verdict = std::optional<Problem>;  // nothing: fine

static_assert(limits::padding >= simdjson::SIMDJSON_PADDING);

Problem malformed(std::string detail, std::string pointer = {}) {
  return {.status = 400,
          .detail = std::move(detail),
          .pointer = std::move(pointer),
          .type = problem_type::invalid_order,
          .title = "The body is not valid JSON"};
}

/// `value` could not be read as what was wanted: another type, or no JSON at all.
template <class Value>
Problem unreadable(Value& value, error_code error, std::string pointer, const char* wanted) {
  if (error == simdjson::INCORRECT_TYPE && value.type().error() == simdjson::SUCCESS)
    return wrong_field(std::move(pointer), wanted);
  return malformed(simdjson::error_message(error), std::move(pointer));
}

/// RFC 6901, of a key that may be anything; long ones are cut at a character's begin.
std::string pointer_to(std::string_view parent, std::string_view key) {
  std::size_t size = std::min<std::size_t>(key.size(), 64);
  while (size > 0 && size < key.size() && (static_cast<unsigned char>(key[size]) & 0xc0U) == 0x80U) --size;
  std::string pointer{parent};
  pointer += '/';
  for (const char c : key.substr(0, size)) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

Verdict read_text(ondemand::value value, std::string pointer, std::string_view& out) {
  if (const error_code error = value.get_string().get(out))
    return unreadable(value, error, std::move(pointer), "must be a string");
  if (out.data() == nullptr) out = "";
  return std::nullopt;
}

/// Its characters, whether written as a number or as a string.
Verdict read_amount(ondemand::value value, std::string pointer, std::string_view& out) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type))
    return unreadable(value, error, std::move(pointer), "");
  if (type == ondemand::json_type::string) return read_text(value, std::move(pointer), out);
  if (type != ondemand::json_type::number)
    return wrong_field(std::move(pointer), "must be a number or a string such as \"49.99\"");
  double checked = 0;  // only for the grammar, and to step over it: the amount is read from its characters
  const std::string_view token = value.raw_json_token();
  if (const error_code error = value.get_double().get(checked)) {
    if (error != simdjson::NUMBER_ERROR)
      return unreadable(value, error, std::move(pointer), "must be a number");
    return wrong_field(std::move(pointer), std::string{saga::describe(saga::MoneyError::not_a_number)});
  }
  out = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
  return std::nullopt;
}

Verdict read_quantity(ondemand::value value, std::string pointer, std::uint32_t& out) {
  constexpr const char* wanted = "must be a whole number from 1 to 1000000";
  std::uint64_t quantity = 0;
  if (const error_code error = value.get_uint64().get(quantity)) {
    if (error == simdjson::NUMBER_ERROR || error == simdjson::NUMBER_OUT_OF_RANGE)
      return wrong_field(std::move(pointer), wanted);
    return unreadable(value, error, std::move(pointer), wanted);
  }
  if (quantity == 0 || quantity > saga::max_quantity) return wrong_field(std::move(pointer), wanted);
  out = static_cast<std::uint32_t>(quantity);
  return std::nullopt;
}

/// One bit a known key, to refuse repeated ones.
class Seen {
 public:
  bool again(unsigned bit) {
    const bool was = (bits_ >> bit & 1U) != 0;
    bits_ |= 1U << bit;
    return was;
  }
  bool has(unsigned bit) const { return (bits_ >> bit & 1U) != 0; }

 private:
  unsigned bits_ = 0;
};

/// Calls take(index of the key, value, pointer) for each field; unknown and repeated keys end it.
template <std::size_t count, class Take>
Verdict walk(ondemand::object& object, const std::array<std::string_view, count>& keys,
             std::string_view parent, Seen& seen, const Take& take) {
  for (auto each : object) {
    ondemand::field field;
    if (const error_code error = std::move(each).get(field)) return malformed(simdjson::error_message(error));
    std::string_view key;
    if (const error_code error = field.unescaped_key().get(key))
      return malformed(simdjson::error_message(error));
    unsigned index = 0;
    while (index < count && keys[index] != key) ++index;
    if (index == count) return wrong_field(pointer_to(parent, key), "is not a field of an order");
    if (seen.again(index)) return malformed("the key is repeated", pointer_to(parent, key));
    if (Verdict problem = take(index, field.value(), std::string_view{keys[index]})) return problem;
  }
  return std::nullopt;
}

Verdict read_item(ondemand::value value, std::size_t index, OrderFields::Item& item) {
  static constexpr std::array<std::string_view, 3> keys{"sku", "quantity", "price"};
  const std::string parent = "/items/" + std::to_string(index);
  ondemand::object object;
  if (const error_code error = value.get_object().get(object))
    return unreadable(value, error, parent, "must be an object");
  item = {};
  Seen seen;
  Verdict problem =
      walk(object, keys, parent, seen, [&](unsigned key, ondemand::value field, std::string_view name) {
        std::string pointer = pointer_to(parent, name);
        if (key == 0) return read_text(field, std::move(pointer), item.sku);
        if (key == 1) return read_quantity(field, std::move(pointer), item.quantity);
        return read_amount(field, std::move(pointer), item.price.text);
      });
  if (problem) return problem;
  for (unsigned key = 0; key < keys.size(); ++key) {
    if (!seen.has(key)) return wrong_field(pointer_to(parent, keys[key]), "is missing");
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
    if (fields.item_count == saga::max_lines) return wrong_field("/items", "are more than 100");
    if (Verdict problem = read_item(item, fields.item_count, fields.items[fields.item_count])) return problem;
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

Verdict read_order(ondemand::object& object, OrderFields& fields) {
  static constexpr std::array<std::string_view, 7> keys{"userId",   "userEmail", "item",   "amount",
                                                        "currency", "items",     "orderId"};
  Seen seen;
  return walk(object, keys, "", seen,
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
                  default:
                    return read_id(field, fields);
                }
              });
}

}  // namespace

struct OrderParser::Json {
  ondemand::parser parser{limits::body_bytes + limits::padding};
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
  ondemand::document document;
  const simdjson::padded_string_view padded{body.data(), body.size(), body.size() + limits::padding};
  if (const error_code error = json_->parser.iterate(padded).get(document))
    return malformed(simdjson::error_message(error));
  ondemand::object object;
  if (const error_code error = document.get_object().get(object))
    return unreadable(document, error, {}, "the body must be an object");
  if (Verdict problem = read_order(object, *fields_)) return problem;
  // The location is out of bounds exactly when every token has been used.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return malformed("something stands behind the order");
  draft.names_id = fields_->order_id.has_value();
  return fields_->judge(default_currency_, draft.order);
}

}  // namespace http
