#include "engine/codec/event_parser.h"

#include <simdjson.h>

#include <optional>
#include <utility>
#include <vector>

#include "engine/codec/event_data.h"
#include "engine/codec/fields.h"
#include "engine/codec/opaque.h"

namespace codec {
namespace {

using saga::EventKind;
using saga::Reason;

}  // namespace

struct EventParser::Json {
  simdjson::dom::parser parser;
  std::string spare;
  std::string_view text;
  simdjson::dom::element data;
  Draft draft;
  std::vector<EventRead::Level> levels;
};

EventParser::EventParser(std::string type_prefix)
    : type_prefix_(std::move(type_prefix)), json_(std::make_unique<Json>()) {}
EventParser::~EventParser() = default;

const EventRead* EventParser::parse(std::string_view value, std::span<const engine::Log::Header> headers) {
  Attributes attributes;
  bool binary = false;
  for (const engine::Log::Header& header : headers) {
    if (header.name == "ce_specversion") binary = true;
    if (header.name == "ce_type") attributes.type = header.value;
    if (header.name == "ce_id") attributes.id = header.value;
    if (header.name == "ce_time") attributes.time = header.value;
    if (header.name == "ce_causationid") attributes.causation_id = header.value;
    if (header.name == "ce_traceparent") attributes.traceparent = header.value;
  }
  simdjson::dom::element root;
  if (!parse_json(json_->parser, value, json_->spare, root)) return nullptr;
  json_->text = value;
  if (binary) {
    json_->data = root;
  } else {
    if (!root.is_object() || root["data"].get(json_->data) != simdjson::SUCCESS) return nullptr;
    attributes.type = text_of(root, "type").value_or("");
    attributes.id = text_of(root, "id").value_or("");
    attributes.time = text_of(root, "time").value_or("");
    attributes.causation_id = text_of(root, "causationid").value_or("");
    attributes.traceparent = text_of(root, "traceparent").value_or("");
  }
  return read(attributes) ? &event_ : nullptr;
}

bool EventParser::read(const Attributes& attributes) {
  event_ = {};
  json_->levels.clear();
  if (!json_->data.is_object() || !attributes.type.starts_with(type_prefix_)) return false;
  const auto kind = saga::find_event_kind(attributes.type.substr(type_prefix_.size()));
  const auto at = parse_time(attributes.time);
  if (!kind || *kind == EventKind::EpochStarted || !at) return false;
  event_.kind = *kind;
  event_.at = *at;
  if (*kind == EventKind::StockSet) return read_stock();
  const auto order = saga::OrderId::parse(text_of(json_->data, "orderId").value_or(""));
  const auto step = order ? step_of(attributes.id, order->str()) : std::nullopt;
  if (!step) return false;
  event_.step = *step;
  event_.order = *order;
  if (*kind == EventKind::OrderPlaced) return read_reason() && read_placed(attributes);
  read_answer(attributes);
  return read_reason() && read_results();
}

bool EventParser::read_placed(const Attributes& attributes) {
  event_.placed = &json_->draft.order;
  if (!read_order(json_->data, json_->text, json_->draft).ok()) return false;
  json_->draft.order.traceparent = trace_of(attributes.traceparent);
  return true;
}

bool EventParser::read_results() {
  bool again = false;
  event_.mail_again = event_.kind == EventKind::MailRequested ||
                      (json_->data["again"].get(again) == simdjson::SUCCESS && again);
  switch (event_.kind) {
    case EventKind::InventoryUpdated:
    case EventKind::InventoryReleased:
      return read_levels(event_.levels);
    case EventKind::InventoryInsufficient:
      return read_levels(event_.shortages);
    case EventKind::ShippingConfirmed:
      return text_of(json_->data, "trackingNumber").has_value();
    case EventKind::NotificationFailed:
      event_.mail_answer = text_of(json_->data, "answer").value_or("");  // older engines did not say it
      return true;
    case EventKind::PaymentConfirmed:
    case EventKind::PaymentCaptured:
    case EventKind::PaymentRefunded:
      event_.amount_minor = number_of(json_->data, "amountMinor").value_or(-1);
      return true;
    default:
      return true;
  }
}

bool EventParser::read_levels(std::span<const EventRead::Level>& levels) {
  simdjson::dom::array lines;
  if (json_->data["lines"].get(lines) != simdjson::SUCCESS) return false;
  for (const simdjson::dom::element line : lines) {
    const auto sku = text_of(line, "sku");
    if (!sku) return false;
    json_->levels.push_back({*sku, number_of(line, "left").value_or(tape::Record::untracked),
                             number_of(line, "quantity").value_or(0)});
  }
  levels = json_->levels;
  return true;
}

/// Whatever the kind, but for OrderPlaced: there these are the order's own.
void EventParser::read_answer(const Attributes& attributes) {
  const auto text = [&](const char* key) { return std::string(text_of(json_->data, key).value_or("")); };
  event_.said.reference = text("reference");
  event_.said.detail = text("detail");
  event_.said.tracking_number = text("trackingNumber");
  event_.said.carrier = text("carrier");
  if (json_->data["data"].error() == simdjson::SUCCESS) event_.said.data = find_opaque(json_->text).answer;
  // These two may happen again, and who asked the last time is no part of the order.
  if (event_.kind != EventKind::MailRequested && event_.kind != EventKind::OrderResumed)
    event_.said.by = text("by");
  if (event_.kind == EventKind::OrderCancelRequested && event_.said.by == nobody_named)
    event_.said.by.clear();
  event_.said.attempts = static_cast<std::uint32_t>(number_of(json_->data, "attempts").value_or(0));
  if (attributes.causation_id.find('#') != std::string_view::npos)
    event_.said.cause = attributes.causation_id;
}

bool EventParser::read_stock() {
  const auto sku = text_of(json_->data, "sku");
  const auto on_hand = number_of(json_->data, "onHand");
  if (!sku || !on_hand) return false;
  json_->levels.push_back({*sku, *on_hand, 0});
  event_.levels = json_->levels;
  return true;
}

/// Two kinds have one reason only and do not spell it out.
bool EventParser::read_reason() {
  if (event_.kind == EventKind::InventoryInsufficient) event_.reason = Reason::out_of_stock;
  if (event_.kind == EventKind::OrderCancelRequested) event_.reason = Reason::customer_request;
  const auto name = text_of(json_->data, "reason");
  if (!name) return true;
  const auto reason = saga::find_reason(*name);
  event_.reason = reason.value_or(Reason::none);
  return reason.has_value();
}

}  // namespace codec
