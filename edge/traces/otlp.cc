#include "edge/traces/otlp.h"

#include <simdjson.h>

#include <charconv>

#include "engine/saga/json.h"

namespace traces {
namespace {

constexpr std::string_view name = "order-engine";

void text(std::string& out, std::string_view value) {
  char* const begin = [&] {
    const std::size_t size = out.size();
    out.resize(size + saga::json::escaped_max(value.size()) + 2);
    return out.data() + size;
  }();
  char* const end = saga::json::put(saga::json::escape(saga::json::put(begin, "\""), value), "\"");
  out.resize(static_cast<std::size_t>(end - out.data()));
}

void hex(std::string& out, std::uint64_t id) {
  constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(id >> static_cast<unsigned>(shift)) & 15U];
  out += '"';
}

void hex(std::string& out, const std::array<std::uint8_t, 16>& id) {
  char digits[2 * sizeof id];
  saga::json::hex(digits, id);
  out.append("\"").append(digits, sizeof digits).append("\"");
}

void attribute(std::string& out, std::string_view key, const std::variant<std::int64_t, std::string>& value) {
  out += out.ends_with('[') ? R"({"key":)" : R"(,{"key":)";
  text(out, key);
  if (const auto* const number = std::get_if<std::int64_t>(&value)) {
    out.append(R"(,"value":{"intValue":")").append(std::to_string(*number)).append("\"}}");
  } else {
    out += R"(,"value":{"stringValue":)";
    text(out, std::get<std::string>(value));
    out += "}}";
  }
}

void time(std::string& out, std::string_view key, engine::Time at) {
  out.append(key).append("\"").append(std::to_string(at.ns)).append("\"");
}

void span(std::string& out, const edge::Span& span) {
  out += R"({"traceId":)";
  hex(out, span.trace);
  out += R"(,"spanId":)";
  hex(out, span.id);
  if (span.parent != 0) {
    out += R"(,"parentSpanId":)";
    hex(out, span.parent);
  }
  out += R"(,"flags":1,"name":)";
  text(out, span.name);
  out.append(R"(,"kind":)").append(std::to_string(static_cast<int>(span.kind)));
  time(out, R"(,"startTimeUnixNano":)", span.begin);
  time(out, R"(,"endTimeUnixNano":)", span.end);
  out += R"(,"attributes":[)";
  for (const auto& [key, value] : span.attributes) attribute(out, key, value);
  out += ']';
  if (!span.error.empty()) {
    out += R"(,"status":{"code":2,"message":)";
    text(out, span.error);
    out += '}';
  }
  out += '}';
}

}  // namespace

std::string render(const Resource& resource, std::span<const edge::Span> spans) {
  std::string out = R"({"resourceSpans":[{"resource":{"attributes":[)";
  attribute(out, "service.name", std::string{name});
  attribute(out, "service.version", resource.version);
  attribute(out, "service.instance.id", resource.instance_id);
  out += R"(]},"scopeSpans":[{"scope":{"name":)";
  text(out, name);
  out += R"(},"spans":[)";
  for (const edge::Span& each : spans) {
    if (&each != spans.data()) out += ',';
    span(out, each);
  }
  return out += "]}]}]}";
}

Rejected read_answer(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::element answer;
  Rejected rejected;
  if (parser.parse(body.data(), body.size()).get(answer) != simdjson::SUCCESS || !answer.is_object())
    return rejected;
  const auto partial = answer["partialSuccess"];
  std::string_view digits;
  if (partial["rejectedSpans"].get(digits) == simdjson::SUCCESS) {
    std::from_chars(digits.data(), digits.data() + digits.size(), rejected.spans);
  } else if (partial["rejectedSpans"].get(rejected.spans) != simdjson::SUCCESS) {
    rejected.spans = 0;
  }
  std::string_view why;
  if (partial["errorMessage"].get(why) == simdjson::SUCCESS) rejected.why = why;
  return rejected;
}

}  // namespace traces
