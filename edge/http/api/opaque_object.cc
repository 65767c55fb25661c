#include "edge/http/api/opaque_object.h"

#include <algorithm>

#include "edge/http/api/card_number.h"
#include "engine/saga/order.h"

namespace http {
namespace {

using namespace json;

constexpr const char* card_number =
    "is a card number, and only a token of the payment provider may stand here";

/// RFC 8259 section 6.
bool json_number(std::string_view text) {
  const auto digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count > 0;
  };
  const auto take = [&](std::string_view any) {
    if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  };
  take("-");
  if (!take("0") && !digits()) return false;
  if (take(".") && !digits()) return false;
  if (take("eE")) {
    take("+-");
    if (!digits()) return false;
  }
  return text.empty();
}

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

}  // namespace

Verdict OpaqueObjects::read(ondemand::value value, std::string_view name, Cards cards, std::string& text) {
  cards_ = cards;
  path_.assign(1, {.key = name});
  keys_.clear();
  ondemand::object object;
  if (const error_code error = value.get_object().get(object))
    return unreadable(value, error, pointer(), "must be an object");
  std::string_view written;
  if (const error_code error = object.raw_json().get(written)) return malformed_here(error);
  text = without_blanks_behind(written);
  if (text.size() > saga::max_object_bytes)
    return wrong_field(pointer(), "is longer than " + std::to_string(saga::max_object_bytes) + " bytes");
  if (const error_code error = object.reset().error()) return malformed_here(error);
  return read_object(object);
}

Verdict OpaqueObjects::read_value(ondemand::value value) {
  const char first = value.raw_json_token().front();
  if (first == '"') return read_string(value);
  if (first != '{' && first != '[') return read_scalar(value);
  if (path_.size() > levels_max)
    return wrong_field(pointer(), "stands deeper than " + std::to_string(levels_max) + " levels");
  if (first == '[') {
    ondemand::array array;
    if (const error_code error = value.get_array().get(array)) return malformed_here(error);
    return read_array(array);
  }
  ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return malformed_here(error);
  return read_object(object);
}

Verdict OpaqueObjects::read_object(ondemand::object object) {
  const std::size_t own_keys = keys_.size();
  for (auto each : object) {
    ondemand::field field;
    if (const error_code error = std::move(each).get(field)) return malformed_here(error);
    std::string_view key;
    if (const error_code error = field.unescaped_key().get(key)) return malformed_here(error);
    if (Verdict problem = read_key(key)) return problem;
    path_.push_back({.key = key});
    if (Verdict problem = read_value(field.value())) return problem;
    path_.pop_back();
  }
  return repeated(own_keys);
}

Verdict OpaqueObjects::read_array(ondemand::array array) {
  path_.push_back({.key = {}, .in_array = true});
  for (auto each : array) {
    if (const error_code error = each.error()) return malformed_here(error);
    if (Verdict problem = read_value(each.value_unsafe())) return problem;
    ++path_.back().index;
  }
  path_.pop_back();
  return std::nullopt;
}

Verdict OpaqueObjects::read_string(ondemand::value value) {
  std::string_view text;
  if (const error_code error = value.get_string().get(text)) return malformed_here(error);
  if (cards_ == Cards::refused && card_number_text(text)) return wrong_field(pointer(), card_number);
  return std::nullopt;
}

/// A number, true, false or null: simdjson would read them, and fail at numbers that are none to it.
Verdict OpaqueObjects::read_scalar(ondemand::value value) {
  const std::string_view token = without_blanks_behind(value.raw_json_token());
  if (token == "true" || token == "false" || token == "null") return std::nullopt;
  if (!json_number(token)) return malformed("is no JSON value", pointer());
  if (cards_ == Cards::refused && card_number_value(token)) return wrong_field(pointer(), card_number);
  return std::nullopt;
}

/// The pointer to a key that is a card number would repeat it, so it is the one to the object around it.
Verdict OpaqueObjects::read_key(std::string_view key) {
  keys_.push_back(key);
  if (cards_ == Cards::refused && card_number_text(key))
    return wrong_field(pointer(), "has a card number for a key");
  return std::nullopt;
}

Verdict OpaqueObjects::repeated(std::size_t from) {
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(from);
  std::sort(begin, keys_.end());
  if (const auto twice = std::adjacent_find(begin, keys_.end()); twice != keys_.end())
    return malformed("the key is repeated", pointer_to(pointer(), *twice));
  keys_.resize(from);
  return std::nullopt;
}

Problem OpaqueObjects::malformed_here(error_code error) const {
  return malformed(simdjson::error_message(error), pointer());
}

std::string OpaqueObjects::pointer() const {
  std::string text;
  for (const Step& step : path_) {
    if (step.in_array) {
      text += '/' + std::to_string(step.index);
    } else {
      text = pointer_to(text, step.key);
    }
  }
  return text;
}

}  // namespace http
