#include "engine/codec/request_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/codec/fields.h"
#include "engine/codec/opaque.h"
#include "engine/saga/turn.h"

namespace codec {
namespace {

using Kind = engine::Request::Kind;
using saga::EventKind;

/// May stand in an event of ours: a header's value may be any bytes.
bool is_plain(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size()) &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

struct RequestParser::Json {
  simdjson::dom::parser parser;
  simdjson::dom::element data;
};

RequestParser::RequestParser(std::string type_prefix)
    : type_prefix_(std::move(type_prefix)), json_(std::make_unique<Json>()) {}
RequestParser::~RequestParser() = default;

engine::Request RequestParser::parse(tape::Offset offset, std::string_view value,
                                     std::span<const engine::Log::Header> headers) {
  engine::Request request{.offset = offset, .bytes = sizeof(engine::Request)};
  Attributes attributes;
  if (!read_attributes(value, headers, attributes) || attributes.type.empty()) return request;
  const auto kind = attributes.type.starts_with(type_prefix_)
                        ? saga::find_event_kind(attributes.type.substr(type_prefix_.size()))
                        : std::nullopt;
  if (!kind || saga::answered_by(*kind) == saga::HandlerId::nobody) {
    request.kind = Kind::foreign;
    return request;
  }
  request.event = *kind;
  if (!read_names(attributes, request) || !read_said(value, request)) return request;
  request.kind = Kind::answer;
  const tape::AnswerData& said = request.said;
  request.bytes += said.reference.size() + said.detail.size() + said.tracking_number.size() +
                   said.carrier.size() + said.data.size() + said.cause.size();
  return request;
}

bool RequestParser::read_attributes(std::string_view value, std::span<const engine::Log::Header> headers,
                                    Attributes& attributes) {
  bool binary = false;
  for (const engine::Log::Header& header : headers) {
    if (header.name == "ce_specversion") binary = true;
    if (header.name == "ce_type") attributes.type = header.value;
    if (header.name == "ce_id") attributes.id = header.value;
    if (header.name == "ce_source") attributes.source = header.value;
    if (header.name == "ce_subject") attributes.subject = header.value;
    if (header.name == "ce_causationid") attributes.causation_id = header.value;
  }
  simdjson::dom::element root;
  if (binary && value.empty()) value = "{}";
  if (json_->parser.parse(value.data(), value.size()).get(root) != simdjson::SUCCESS || !root.is_object())
    return false;
  if (binary) {
    json_->data = root;
    return true;
  }
  attributes = {.type = text_of(root, "type").value_or(""),
                .id = text_of(root, "id").value_or(""),
                .source = text_of(root, "source").value_or(""),
                .subject = text_of(root, "subject").value_or(""),
                .causation_id = text_of(root, "causationid").value_or("")};
  return root["data"].get(json_->data) == simdjson::SUCCESS && json_->data.is_object();
}

bool RequestParser::read_names(const Attributes& attributes, engine::Request& request) const {
  const auto order = saga::OrderId::parse(attributes.subject);
  const auto step = step_of(attributes.causation_id, attributes.subject);
  if (!order || !step || attributes.id.empty() || attributes.source.empty()) return false;
  request.order = *order;
  request.step = *step;
  request.said.cause = std::string(attributes.source).append("#").append(attributes.id);
  return request.said.cause.size() <= request_text_bytes && is_plain(request.said.cause);
}

bool RequestParser::read_said(std::string_view value, engine::Request& request) const {
  bool good = true;
  const auto text = [&](const char* key, std::string& to) {
    simdjson::dom::element member;
    if (json_->data[key].get(member) != simdjson::SUCCESS) return;
    std::string_view said;
    if (member.get(said) != simdjson::SUCCESS || said.size() > request_text_bytes || !is_plain(said)) {
      good = false;
      return;
    }
    to = said;
  };
  text("reference", request.said.reference);
  text("reason", request.said.detail);
  text("trackingNumber", request.said.tracking_number);
  text("carrier", request.said.carrier);
  if (simdjson::dom::element data; json_->data["data"].get(data) == simdjson::SUCCESS) {
    request.said.data = find_opaque(value).answer;
    good = good && data.is_object() && request.said.data.size() <= request_data_bytes;
  }
  // Without it nobody can look for the parcel, and the event would not be one.
  return good && (request.event != EventKind::ShippingConfirmed || !request.said.tracking_number.empty());
}

}  // namespace codec
