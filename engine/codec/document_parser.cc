#include "engine/codec/document_parser.h"

#include <simdjson.h>

#include <optional>
#include <vector>

#include "engine/codec/fields.h"
#include "engine/codec/opaque.h"
#include "engine/tape/advance.h"

namespace codec {
namespace {

using saga::EventKind;
using simdjson::dom::element;

/// A document has one reason and does not say which step gave it: that was the step that turned the order
/// back or parked it, or, at the end, NotificationFailed.
bool gives_reason(const tape::Record& record, EventKind kind) {
  if (saga::mailing_again(record.state) || kind == EventKind::MailRequested) return false;
  const saga::State to = saga::advance(record.state, kind, record.order.capture).to;
  return kind == EventKind::NotificationFailed || saga::backwards(to) || saga::parked(to);
}

/// Of an order that goes forwards again the reason is not kept.
bool has_reason(const tape::Record& record) {
  return record.reason != saga::Reason::none ||
         (!saga::backwards(record.status) && !saga::parked(record.status));
}

/// Where the last of several steps alike was.
struct Repeats {
  tape::Step last;
  std::uint32_t more = 0;
};

/// "count", "lastStep", "lastAt" and "lastOffset" of the step that the record has just taken; false: wrong.
bool read_repeats(const element& each, const tape::Record& record, std::vector<Repeats>& repeats) {
  const std::int64_t count = number_of(each, "count").value_or(1);
  if (count == 1) return true;
  const auto at = parse_time(text_of(each, "lastAt").value_or(""));
  const auto offset = number_of(each, "lastOffset");
  const auto number = number_of(each, "lastStep");
  if (!at || !offset || !number || *number > UINT32_MAX || count < 1 || *number - record.step < count - 1)
    return false;
  repeats.push_back({record.last_step(), static_cast<std::uint32_t>(count - 1)});
  tape::Step& last = repeats.back().last;
  last.at = *at;
  last.offset = *offset;
  last.number = static_cast<std::uint32_t>(*number);
  return true;
}

/// The record stands behind the first of each of its steps; here it moves to its last one. `answer` is the mail
/// server's last.
engine::Result<> move_to_last(tape::Record& record, const std::vector<Repeats>& repeats,
                              std::string_view answer) {
  for (const Repeats& one : repeats) record.add_repeats(one.last, one.more);
  std::uint64_t count = 0;
  std::uint32_t failed = 0;
  record.steps().each(record.step_count, [&](const tape::Steps::Shown& step) {
    count += step.count;
    if (step.first.kind == EventKind::MailRequested) record.ask_for_mail(step.last.number);
    if (step.first.kind == EventKind::MailRequested && record.given.kind == EventKind::MailRequested) {
      record.given.step = step.last.number;  // each mail is a turn of its own
      record.given.at = step.last.at;
    }
    if (step.first.kind == EventKind::NotificationFailed) failed = step.last.number;
  });
  if (count != record.step_count) return "steps";
  const tape::Step& last = record.last_step();
  record.step = last.number;
  record.state = record.status = last.state;
  // One that was sent on forwards after the first of them had no reason any more.
  record.reason = record.turned_by = last.reason;
  record.last_at = last.at;
  (failed <= record.mail_step ? record.answer_before : record.mail_answer) = answer;
  return {};
}

/// Steps alike stand where the first of them was. The table leads from each of the firsts to the next: what was
/// left out in between led back to where it began.
engine::Result<> read_steps(const element& document, saga::Reason reason, tape::Record& record) {
  simdjson::dom::array steps;
  if (document["steps"].get(steps) != simdjson::SUCCESS) return "steps";
  std::vector<Repeats> repeats;
  std::string_view answer;
  for (const element each : steps) {
    const auto kind = saga::find_event_kind(text_of(each, "type").value_or(""));
    const auto at = parse_time(text_of(each, "at").value_or(""));
    const auto offset = number_of(each, "offset");
    const auto number = number_of(each, "step");
    if (!kind || !at || !offset || !number || *number <= record.step || *number > UINT32_MAX) return "steps";
    if (*kind == EventKind::NotificationFailed) answer = text_of(each, "answer").value_or("");
    const saga::Reason because = gives_reason(record, *kind) ? reason : saga::Reason::none;
    record.step = static_cast<std::uint32_t>(*number) - 1;
    if (advance(record, {*kind, because, *at, *offset}) != saga::Verdict::apply) return "steps";
    if (!read_repeats(each, record, repeats)) return "steps";
  }
  if (record.step == 0) return "steps";
  return move_to_last(record, repeats, answer);
}

bool read_levels(const element& document, const char* key, std::span<std::int64_t> levels) {
  simdjson::dom::array read;
  if (document[key].get(read) != simdjson::SUCCESS || read.size() != levels.size()) return false;
  std::size_t i = 0;
  for (const element each : read) {
    std::int64_t& level = levels[i++];
    if (!each.is_null() && each.get(level) != simdjson::SUCCESS) return false;
  }
  return true;
}

bool read_answers(const element& document, tape::Record& record) {
  simdjson::dom::array said;
  if (document["said"].get(said) != simdjson::SUCCESS)
    return document["said"].error() == simdjson::NO_SUCH_FIELD;
  for (const element each : said) {
    const auto kind = saga::find_event_kind(text_of(each, "type").value_or(""));
    if (!kind) return false;
    const auto text = [&](const char* key) { return std::string(text_of(each, key).value_or("")); };
    record.keep_answer(*kind,
                       {.reference = text("reference"),
                        .detail = text("detail"),
                        .tracking_number = text("trackingNumber"),
                        .carrier = text("carrier"),
                        .data = text("data"),
                        .cause = text("cause"),
                        .by = text("by"),
                        .attempts = static_cast<std::uint32_t>(number_of(each, "attempts").value_or(0))});
  }
  return true;
}

/// What earlier steps have left in the record for later ones.
engine::Result<> read_results(const element& document, tape::Record& record) {
  const auto happened = [&](EventKind kind) { return record.steps().happened(kind, record.step); };
  if ((happened(EventKind::InventoryUpdated) ||
       (happened(EventKind::InventoryInsufficient) && document["left"].error() == simdjson::SUCCESS)) &&
      !read_levels(document, "left", record.lines_left))
    return "left";
  if (document["after"].error() == simdjson::SUCCESS && !read_levels(document, "after", record.lines_after))
    return "after";
  if (happened(EventKind::PaymentConfirmed)) {
    tape::AnswerData said;
    said.reference = text_of(document, "paymentReference").value_or("");
    record.keep_answer(EventKind::PaymentConfirmed, said);
  }
  if (happened(EventKind::ShippingConfirmed)) {
    tape::AnswerData said;
    said.tracking_number = text_of(document, "trackingNumber").value_or("");
    said.carrier = text_of(document, "carrier").value_or("simulated");  // older engines had no other
    record.keep_answer(EventKind::ShippingConfirmed, said);
  }
  if (!read_answers(document, record)) return "said";
  return {};
}

engine::Result<> read_record(const element& document, tape::Record& record) {
  saga::Reason reason = saga::Reason::none;
  if (const auto name = text_of(document, "reason")) {
    const auto known = saga::find_reason(*name);
    if (!known) return "reason";
    reason = *known;
  }
  if (auto read = read_steps(document, reason, record); !read.ok()) return read;
  if (record.reason != reason || !has_reason(record)) return "reason";
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
  if (const auto read = read_order(root, document, json_->draft); !read.ok()) return not_ours(read.error());
  json_->draft.order.traceparent = trace_of(text_of(root, "traceparent").value_or(""));
  tape::OwnedRecord record(tape::Record::create(json_->draft.order));
  if (const auto read = read_record(root, *record); !read.ok()) return not_ours(read.error());
  record->parked_by = saga::Reason::none;  // its steps have the order's reason, not their own
  return {record.release(), {}};
}

}  // namespace codec
