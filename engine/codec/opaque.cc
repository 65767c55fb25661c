#include "engine/codec/opaque.h"

#include <simdjson.h>

#include <algorithm>

namespace codec {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view blanks = " \t\r\n";

/// Behind the string that begins at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return npos;
}

/// Behind the value that begins at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
    } else if (c == '{' || c == '[') {
      ++depth;
      ++at;
    } else if (depth == 0) {
      return text.find_first_of(",}] \t\r\n", at);
    } else {
      if (c == '}' || c == ']') --depth;
      ++at;
    }
    if (depth == 0) return at;
  }
  return npos;
}

/// Calls each(key, value) for the members of an object.
template <class Each>
void each_member(std::string_view object, const Each& each) {
  std::size_t at = object.find_first_not_of(blanks);
  if (at == npos || object[at] != '{') return;
  do {
    const std::size_t key = object.find_first_not_of(blanks, at + 1);
    if (key == npos || object[key] != '"') return;
    const std::size_t key_end = end_of_string(object, key);
    if (key_end == npos) return;
    const std::size_t colon = object.find_first_not_of(blanks, key_end);
    if (colon == npos || object[colon] != ':') return;
    const std::size_t value = object.find_first_not_of(blanks, colon + 1);
    if (value == npos) return;
    const std::size_t end = end_of_value(object, value);
    if (end == npos) return;
    each(object.substr(key + 1, key_end - key - 2), object.substr(value, end - value));
    at = object.find_first_not_of(blanks, end);
  } while (at != npos && object[at] == ',');
}

/// Among an object's own members; `answer` is the one that is called "data".
struct Members {
  Opaque opaque;
  bool event = false;  // it is a structured event
};
Members members_of(std::string_view object) {
  Members found;
  each_member(object, [&](std::string_view key, std::string_view value) {
    if (key == "specversion") found.event = true;
    if (!value.starts_with('{')) return;
    if (key == "shipping") found.opaque.shipping = value;
    if (key == "payment") found.opaque.payment = value;
    if (key == "metadata") found.opaque.metadata = value;
    if (key == "data") found.opaque.answer = value;
  });
  return found;
}

}  // namespace

Opaque find_opaque(std::string_view text) {
  const Members outer = members_of(text);
  return outer.event ? members_of(outer.opaque.answer).opaque : outer.opaque;
}

bool parse_json(simdjson::dom::parser& parser, std::string_view text, std::string& spare,
                simdjson::dom::element& root) {
  if (parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS) return true;
  const Opaque found = find_opaque(text);
  spare = text;
  bool emptied = false;
  for (const std::string_view object : {found.shipping, found.payment, found.metadata, found.answer}) {
    if (object.empty()) continue;
    std::fill_n(spare.data() + (object.data() - text.data()) + 1, object.size() - 2, ' ');
    emptied = true;
  }
  return emptied && parser.parse(spare).get(root) == simdjson::SUCCESS;
}

}  // namespace codec
