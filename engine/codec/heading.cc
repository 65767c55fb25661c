#include "engine/codec/heading.h"

#include <simdjson.h>

#include <charconv>
#include <optional>

#include "engine/codec/opaque.h"
#include "engine/saga/event.h"

namespace codec {
namespace {

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void set_epoch_and_seq(tape::Heading& heading, std::string_view epoch, std::string_view seq) {
  const auto epoch_number = number<std::int64_t>(epoch);
  const auto seq_number = number<std::uint64_t>(seq);
  // Both or nothing: one alone is not of an engine.
  if (!epoch_number || *epoch_number < 0 || !seq_number || *seq_number == 0) return;
  heading.epoch = *epoch_number;
  heading.seq = *seq_number;
}

std::string_view string_of(const simdjson::dom::element& element, std::string_view key) {
  std::string_view value;
  return element[key].get(value) == simdjson::SUCCESS ? value : std::string_view{};
}

std::int64_t after_of(const simdjson::dom::element& data) {
  std::int64_t after = -1;
  return data["after"].get(after) == simdjson::SUCCESS ? after : -1;
}

bool is_opening(std::string_view type) {
  const std::string_view name = saga::name(saga::EventKind::EpochStarted);
  return type.ends_with(name);
}

}  // namespace

struct HeadingParser::Json {
  simdjson::dom::parser parser;
  std::string spare;
};

HeadingParser::HeadingParser() : json_(std::make_unique<Json>()) {}
HeadingParser::~HeadingParser() = default;

tape::Heading HeadingParser::parse(tape::Offset offset, std::string_view value,
                                   std::span<const engine::Log::Header> headers) {
  for (const engine::Log::Header& header : headers) {
    if (header.name == "ce_specversion") return from_headers(offset, value, headers);
  }
  return from_json(offset, value);
}

tape::Heading HeadingParser::from_json(tape::Offset offset, std::string_view value) {
  tape::Heading heading;
  heading.offset = offset;
  simdjson::dom::element event;
  if (!parse_json(json_->parser, value, json_->spare, event)) return heading;
  if (!event.is_object() || string_of(event, "specversion") != "1.0") return heading;
  heading.type = string_of(event, "type");
  if (is_opening(heading.type)) {
    heading.epoch_started = true;
    heading.opening_id = string_of(event, "id");
    simdjson::dom::element data;
    if (event["data"].get(data) == simdjson::SUCCESS) heading.after = after_of(data);
  } else {
    set_epoch_and_seq(heading, string_of(event, "epoch"), string_of(event, "seq"));
  }
  return heading;
}

tape::Heading HeadingParser::from_headers(tape::Offset offset, std::string_view value,
                                          std::span<const engine::Log::Header> headers) {
  std::string_view type, id, epoch, seq;
  for (const engine::Log::Header& header : headers) {
    if (header.name == "ce_type") type = header.value;
    if (header.name == "ce_id") id = header.value;
    if (header.name == "ce_epoch") epoch = header.value;
    if (header.name == "ce_seq") seq = header.value;
  }
  tape::Heading heading;
  heading.offset = offset;
  heading.type = type;
  if (is_opening(type)) {
    heading.epoch_started = true;
    heading.opening_id = id;
    simdjson::dom::element data;
    if (json_->parser.parse(value.data(), value.size()).get(data) == simdjson::SUCCESS) {
      heading.after = after_of(data);
    }
  } else {
    set_epoch_and_seq(heading, epoch, seq);
  }
  return heading;
}

}  // namespace codec
