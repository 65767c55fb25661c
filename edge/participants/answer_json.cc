#include "edge/participants/answer_json.h"

#include <simdjson.h>

#include <array>
#include <optional>

#include "edge/participants/answer.h"
#include "engine/saga/text.h"

namespace participants {
namespace {

namespace ondemand = simdjson::ondemand;
using Result = engine::Result<>;

/// The DOM parser proves that the whole body is one JSON text; the second pass finds where each value lies.
struct Json {
  simdjson::dom::parser whole;
  ondemand::parser fields;
  simdjson::padded_string text;
};

Json& json() {
  static thread_local Json one;
  return one;
}

/// Calls `field(key, value)` for each, which may find something wrong with it.
template <class Field>
Result walk(std::string_view body, Field field) {
  Json& parsers = json();
  parsers.text = simdjson::padded_string(body);
  if (const auto error = parsers.whole.parse(parsers.text).error())
    return std::string("no JSON: ") + simdjson::error_message(error);
  ondemand::document document;
  ondemand::object object;
  if (parsers.fields.iterate(parsers.text).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS)
    return "no JSON object";
  for (auto each : object) {
    std::string_view key;
    ondemand::value value;
    if (each.unescaped_key().get(key) != simdjson::SUCCESS || each.value().get(value) != simdjson::SUCCESS)
      return "a field that cannot be read";
    const std::string name(key);  // the next string read takes its place in the parser
    if (Result read = field(name, value); !read.ok()) return read;
  }
  return {};
}

std::optional<std::string> object_of(ondemand::value& value) {
  ondemand::object object;
  std::string_view raw;
  if (value.get_object().get(object) != simdjson::SUCCESS || object.raw_json().get(raw) != simdjson::SUCCESS)
    return std::nullopt;
  return std::string(raw.substr(0, raw.rfind('}') + 1));  // simdjson takes blanks behind it along
}

Result read_text(ondemand::value& value, const std::string& key, std::string& into) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return key + " is no string";
  if (!saga::printable_text(text, text_characters_max)) return key + " is not 1 to 255 printable characters";
  into = text;
  return {};
}

/// {"type":"redirect","url":"https://…"}: what a customer's browser may be sent to.
bool is_action(std::string_view text) {
  simdjson::dom::element action;
  std::string_view type, url;
  if (json().whole.parse(text.data(), text.size(), true).get(action) != simdjson::SUCCESS ||
      action["type"].get(type) != simdjson::SUCCESS || action["url"].get(url) != simdjson::SUCCESS)
    return false;
  return type == "redirect" && (url.starts_with("https://") || url.starts_with("http://")) &&
         text.size() <= data_bytes_max;
}

/// The form of RFC 3339; whether the day exists is for whoever reads it.
bool is_time(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < form.size() + 1 || text.size() > 40) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) return false;
  }
  return text.find_first_not_of("0123456789.:+-Z", form.size()) == std::string_view::npos;
}

}  // namespace

engine::Result<> parse_decision(std::string_view body, Decision& decision) {
  const std::array<std::pair<std::string_view, std::string*>, 5> texts{
      {{"type", &decision.type},
       {"reference", &decision.reference},
       {"reason", &decision.reason},
       {"trackingNumber", &decision.tracking_number},
       {"carrier", &decision.carrier}}};
  Result read = walk(body, [&](const std::string& key, ondemand::value& value) -> Result {
    for (const auto& [name, into] : texts) {
      if (key != name) continue;
      if (!into->empty()) return key + " twice";
      return read_text(value, key, *into);
    }
    if (key != "data") return "unknown key \"" + on_one_line(key) + "\"";
    if (!decision.data.empty()) return "data twice";
    const auto data = object_of(value);
    if (!data) return "data is no object";
    if (data->size() > data_bytes_max) return "data is longer than 4096 bytes";
    decision.data = *data;
    return {};
  });
  if (read.ok() && decision.type.empty()) return "type is missing";
  return read;
}

Waiting parse_waiting(std::string_view body) {
  Waiting waiting;
  const Result read = walk(body, [&](const std::string& key, ondemand::value& value) -> Result {
    if (key == "action") {
      if (auto action = object_of(value)) waiting.action = *action;
    } else if (key == "until") {
      std::string_view text;
      if (value.get_string().get(text) == simdjson::SUCCESS && is_time(text)) waiting.until = text;
    }
    return {};
  });
  if (!read.ok()) return {};
  if (!is_action(waiting.action)) waiting.action.clear();
  return waiting;
}

}  // namespace participants
