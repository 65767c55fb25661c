#include "engine/codec/document.h"

#include "engine/ensure.h"
#include "engine/saga/json.h"
#include "engine/saga/render.h"

namespace codec {
namespace {

using saga::json::put;
using saga::json::text_member;

// status() and body_hash() search the text, so what they look for must not be forged by what a client wrote:
// the status stands directly behind the id, and the private part behind everything else. The last place that
// looks like its beginning is its beginning, since in the strings that follow every quote is escaped.
constexpr std::string_view private_key = R"(,"bodyHash":")";
constexpr std::string_view id_key = R"({"orderId":")";
constexpr std::string_view status_key = R"(","status":")";
constexpr std::size_t status_at = id_key.size() + std::tuple_size_v<saga::OrderId::Text> + status_key.size();
constexpr std::size_t step_bytes_max = 144;
constexpr std::size_t repeats_bytes_max = 128;
// "left" and "after" by line; keys, and what the built-in providers say with every byte escaped; one kept answer.
constexpr std::size_t left_bytes_max = 2 * 21;
constexpr std::size_t results_bytes_max = 192 + 2 * saga::json::escaped_max(tape::ShortText::bytes_max);
constexpr std::size_t answer_bytes_max = 192;

char* render_repeats(char* to, const tape::Steps::Shown& step) {
  to = put(to, R"(,"count":)");
  to = saga::json::number(to, step.count);
  to = put(to, R"(,"lastStep":)");
  to = saga::json::number(to, step.last.number);
  to = put(to, R"(,"lastAt":")");
  to = saga::json::time(to, step.last.at.ns);
  to = put(to, R"(","lastOffset":)");
  return saga::json::number(to, step.last.offset);
}

char* render_steps(char* to, const tape::Record& record, std::uint32_t steps) {
  to = put(to, R"(,"steps":[)");
  record.steps().each(steps, [&](const tape::Steps::Shown& step) {
    to = put(to, step.first.number == 1 ? R"({"step":)" : R"(,{"step":)");
    to = saga::json::number(to, step.first.number);
    to = put(to, R"(,"type":")");
    to = put(to, saga::name(step.first.kind));
    to = put(to, R"(","at":")");
    to = saga::json::time(to, step.first.at.ns);
    to = put(to, R"(","offset":)");
    to = saga::json::number(to, step.first.offset);
    if (step.count > 1) to = render_repeats(to, step);
    if (step.first.kind == saga::EventKind::NotificationFailed) {
      to = put(to, R"(,"answer":")");
      to = saga::json::escape(to, record.answer_to(step.last.number));
      to = put(to, R"(")");
    }
    to = put(to, "}");
  });
  return put(to, "]");
}

bool happened(const tape::Record& record, std::uint32_t steps, saga::EventKind kind) {
  return record.steps().happened(kind, steps);
}

/// What the steps have given, for everybody to see.
char* render_references(char* to, const tape::Record& record, std::uint32_t steps) {
  if (happened(record, steps, saga::EventKind::PaymentConfirmed))
    to = text_member(to, "paymentReference", record.reference(saga::EventKind::PaymentConfirmed));
  if (!happened(record, steps, saga::EventKind::ShippingConfirmed)) return to;
  return text_member(text_member(to, "trackingNumber", record.tracking()), "carrier", record.carrier());
}

char* render_levels(char* to, std::string_view key, std::span<const std::int64_t> levels) {
  to = put(put(put(to, R"(,")"), key), R"(":[)");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (i > 0) to = put(to, ",");
    to = levels[i] == tape::Record::untracked ? put(to, "null") : saga::json::number(to, levels[i]);
  }
  return put(to, "]");
}

/// Calls each(kind, answer) for what was said outside with the first `steps` events.
template <class Each>
void each_answer(const tape::Record& record, std::uint32_t steps, const Each& each) {
  for (std::size_t i = 0; i < saga::event_kinds; ++i) {
    const auto kind = static_cast<saga::EventKind>(i);
    const tape::AnswerData* const said = record.answers.find(kind);
    if (said != nullptr && happened(record, steps, kind)) each(kind, *said);
  }
}

/// Their data is kept as a text: whatever stands in it, nobody here reads it.
char* render_answers(char* to, const tape::Record& record, std::uint32_t steps) {
  bool first = true;
  each_answer(record, steps, [&](saga::EventKind kind, const tape::AnswerData& said) {
    to = put(to, first ? R"(,"said":[{"type":")" : R"(,{"type":")");
    first = false;
    to = put(put(to, saga::name(kind)), R"(")");
    to = text_member(to, "reference", said.reference);
    to = text_member(to, "detail", said.detail);
    to = text_member(to, "trackingNumber", said.tracking_number);
    to = text_member(to, "carrier", said.carrier);
    to = text_member(to, "data", said.data);
    to = text_member(to, "cause", said.cause);
    to = text_member(to, "by", said.by);
    if (said.attempts > 0) to = saga::json::number(put(to, R"(,"attempts":)"), said.attempts);
    to = put(to, "}");
  });
  return first ? to : put(to, "]");
}

std::size_t answers_bytes_max(const tape::Record& record, std::uint32_t steps) {
  std::size_t bytes = 0;
  each_answer(record, steps, [&](saga::EventKind, const tape::AnswerData& said) {
    const std::size_t shown = said.reference.size() + said.tracking_number.size() + said.carrier.size();
    bytes += answer_bytes_max + saga::json::escaped_max(2 * shown + said.detail.size() + said.data.size() +
                                                        said.cause.size() + said.by.size());
  });
  return bytes;
}

/// What earlier steps have left for later ones: an engine that takes the order up again needs it.
char* render_results(char* to, const tape::Record& record, std::uint32_t steps) {
  if (happened(record, steps, saga::EventKind::InventoryUpdated) ||
      happened(record, steps, saga::EventKind::InventoryInsufficient))
    to = render_levels(to, "left", record.lines_left);
  if (happened(record, steps, saga::EventKind::InventoryReleased))
    to = render_levels(to, "after", record.lines_after);
  if (record.order.capture == saga::Capture::with_shipment) to = put(to, R"(,"capture":"later")");
  return render_answers(to, record, steps);
}

char* render_private(char* to, const tape::Record& record, std::uint32_t steps) {
  to = put(to, private_key);
  to = saga::json::hex(to, record.order.body_hash);
  to = put(to, R"(","step":)");
  to = saga::json::number(to, steps);
  to = put(to, R"(,"userId":")");
  to = saga::json::escape(to, record.order.user_id);
  to = put(to, R"(","userEmail":")");
  to = saga::json::escape(to, record.order.email);
  to = put(to, R"(")");
  if (!record.order.traceparent.empty())
    to = put(put(put(to, R"(,"traceparent":")"), record.order.traceparent), R"(")");
  return put(render_results(to, record, steps), "}");
}

/// What stands from there to the next quote.
std::string_view value_at(std::string_view document, std::size_t at) {
  const std::string_view rest = document.substr(at);
  return rest.substr(0, rest.find('"'));
}

/// With the mail server's last no of the mails that were given up: of one that is due, notification may be writing
/// it.
std::size_t steps_bytes_max(const tape::Record& record, std::uint32_t steps) {
  std::size_t bytes = 0;
  record.steps().each(steps, [&](const tape::Steps::Shown& step) {
    bytes += step.count > 1 ? step_bytes_max + repeats_bytes_max : step_bytes_max;
    if (step.first.kind == saga::EventKind::NotificationFailed)
      bytes += saga::json::escaped_max(record.answer_to(step.last.number).size());
  });
  return bytes;
}

}  // namespace

void render_document(const tape::Record& record, std::string& out) {
  render_document(record, record.step_count, out);
}

void render_document(const tape::Record& record, std::uint32_t steps, std::string& out) {
  ENSURE(steps <= record.step_count);
  const tape::Step last = steps == 0 ? tape::Step{} : record.steps().at(steps);
  const std::size_t begin = out.size();
  out.resize(begin + 512 + record.json_bytes_max + steps_bytes_max(record, steps) + results_bytes_max +
             answers_bytes_max(record, steps) + record.lines_left.size() * left_bytes_max);
  char* to = out.data() + begin;
  to = put(to, id_key);
  to = saga::json::id(to, record.order.id);
  to = put(to, status_key);
  to = put(to, saga::name(last.state));
  if (last.reason != saga::Reason::none) {
    to = put(to, R"(","reason":")");
    to = put(to, saga::name(last.reason));
  }
  to = put(to, R"(",)");
  to = saga::json::goods(to, record.order);
  to = render_references(to, record, steps);
  to = render_steps(to, record, steps);
  to = saga::json::opaque(to, record.order);
  to = render_private(to, record, steps);
  out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string public_part(std::string_view document) {
  std::string part{document.substr(0, document.rfind(private_key))};
  if (part.size() < document.size()) part += '}';
  return part;
}

std::optional<saga::Digest> body_hash(std::string_view document) {
  const std::size_t at = document.rfind(private_key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view text = value_at(document, at + private_key.size());
  saga::Digest digest;
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* const begin = text.data() + 2 * i;
    if (std::from_chars(begin, begin + 2, digest[i], 16).ptr != begin + 2) return std::nullopt;
  }
  return digest;
}

bool has_step(std::string_view document, saga::EventKind kind) {
  // The steps stand before everything that a client wrote as it liked, and in the strings before them every quote is
  // escaped.
  const std::size_t begin = document.find(R"("steps":[)");
  if (begin == std::string_view::npos) return false;
  const std::string_view steps = document.substr(begin, document.find("}]", begin) - begin);
  std::string type = R"(,"type":")";
  type.append(saga::name(kind)).append("\"");
  return steps.find(type) != std::string_view::npos;
}

bool names(std::string_view document, std::string_view text) {
  const std::string escaped = saga::json::escaped(text);
  // The reference stands before the steps and what a client wrote as it liked, and before it every quote is escaped.
  const auto within = [&](std::string_view part, std::string_view key) {
    return part.find(std::string{key}.append(escaped).append("\"")) != std::string_view::npos;
  };
  return within(document.substr(0, document.find(R"(,"steps":[)")), R"(","reference":")") ||
         within(document.substr(std::min(document.rfind(private_key), document.size())), R"(,"userEmail":")");
}

std::optional<saga::State> status(std::string_view document) {
  if (document.size() < status_at ||
      document.substr(status_at - status_key.size(), status_key.size()) != status_key)
    return std::nullopt;
  return saga::find_state(value_at(document, status_at));
}

std::optional<saga::Reason> reason(std::string_view document) {
  constexpr std::string_view key = R"(","reason":")";
  if (!status(document)) return std::nullopt;
  const std::size_t at = status_at + value_at(document, status_at).size();
  if (document.substr(at, key.size()) != key) return std::nullopt;
  return saga::find_reason(value_at(document, at + key.size()));
}

}  // namespace codec
