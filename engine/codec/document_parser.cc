#include "engine/codec/document_parser.h"

#include <simdjson.h>

#include <optional>

#include "engine/codec/fields.h"
#include "engine/codec/opaque.h"
#include "engine/tape/advance.h"

namespace codec {
namespace {

using saga::EventKind;
using simdjson::dom::element;

/// A document has one reason and does not say which step gave it: that was the step that turned the order
/// back, or, at the end, NotificationFailed.
bool gives_reason(const tape::Record& record, EventKind kind) {
  if (saga::mailing_again(record.state) || kind == EventKind::MailRequested) return false;
  return kind == EventKind::NotificationFailed || saga::backwards(saga::advance(record.state, kind).to);
}

std::string read_steps(const element& document, saga::Reason reason, tape::Record& record) {
  simdjson::dom::array steps;
  if (document["steps"].get(steps) != simdjson::SUCCESS) return "steps";
  for (const element each : steps) {
    const auto kind = saga::find_event_kind(text_of(each, "type").value_or(""));
    const auto at = parse_time(text_of(each, "at").value_or(""));
    const auto offset = number_of(each, "offset");
    if (!kind || !at || !offset || number_of(each, "step") != std::int64_t{record.step} + 1) return "steps";
    if (*kind == EventKind::NotificationFailed) record.mail_answer = text_of(each, "answer").value_or("");
    const bool because_of_it = gives_reason(record, *kind);
    if (because_of_it && reason == saga::Reason::none) return "reason";
    const saga::Reason because = because_of_it ? reason : saga::Reason::none;
    if (advance(record, {*kind, because, *at, *offset}) != saga::Verdict::apply) return "steps";
  }
  return record.step == 0 ? "steps" : "";
}

bool happened(const tape::Record& record, EventKind kind) {
  for (std::uint32_t i = 0; i < record.step_count; ++i) {
    if (record.acked_step(i).kind == kind) return true;
  }
  return false;
}

/// What earlier steps have left in the record for later ones.
std::string read_results(const element& document, tape::Record& record) {
  if (happened(record, EventKind::InventoryUpdated)) {
    simdjson::dom::array left;
    if (document["left"].get(left) != simdjson::SUCCESS || left.size() != record.lines_left.size())
      return "left";
    std::size_t i = 0;
    for (const element each : left) {
      std::int64_t& level = record.lines_left[i++];
      if (!each.is_null() && each.get(level) != simdjson::SUCCESS) return "left";
    }
  }
  if (happened(record, EventKind::ShippingConfirmed)) {
    const auto number = text_of(document, "trackingNumber");
    if (!number) return "trackingNumber";
    record.tracking_number = tape::ShortText(*number);
  }
  return {};
}

std::string read_record(const element& document, tape::Record& record) {
  saga::Reason reason = saga::Reason::none;
  if (const auto name = text_of(document, "reason")) {
    const auto known = saga::find_reason(*name);
    if (!known) return "reason";
    reason = *known;
  }
  if (std::string wrong = read_steps(document, reason, record); !wrong.empty()) return wrong;
  if (record.reason != reason) return "reason";
  if (text_of(document, "status") != saga::name(record.status)) return "status";
  if (number_of(document, "step") != std::int64_t{record.step}) return "step";
  record.in_live_set = !saga::ended(record.status);
  return read_results(document, record);
}

}  // namespace

struct DocumentParser::Json {
  simdjson::dom::parser parser;
  std::string spare;
  Draft draft;
};

DocumentParser::DocumentParser() : json_(std::make_unique<Json>()) {}
DocumentParser::~DocumentParser() = default;

DocumentParser::Restored DocumentParser::restore(std::string_view document) {
  element root;
  if (!parse_json(json_->parser, document, json_->spare, root) || !root.is_object())
    return {nullptr, "it is not a JSON object"};
  const auto not_ours = [](const std::string& field) {
    return Restored{nullptr, "its \"" + field + "\" is not as this engine writes it"};
  };
  if (const std::string wrong = read_order(root, document, json_->draft); !wrong.empty())
    return not_ours(wrong);
  tape::OwnedRecord record(tape::Record::create(json_->draft.order));
  if (const std::string wrong = read_record(root, *record); !wrong.empty()) return not_ours(wrong);
  return {record.release(), {}};
}

}  // namespace codec
