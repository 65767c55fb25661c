#include "edge/http/api/answer_fields.h"

#include "edge/http/api/opaque_object.h"
#include "engine/saga/text.h"

namespace http {
namespace {

constexpr std::size_t text_characters_max = 255;
constexpr std::array<std::string_view, 7> keys{"key",     "type", "reference", "reason", "trackingNumber",
                                               "carrier", "data"};
enum Key : unsigned { key, type, reference, reason, tracking_number, carrier, data };

/// A mail's key has its template behind the turn, and what else tells it from the order's other mails.
std::optional<saga::Turn> turn_of_key(std::string_view text) {
  const std::string_view mail = saga::name(saga::Turn::notification_send);
  if (text.starts_with(mail) && text.substr(mail.size()).starts_with('.'))
    return saga::Turn::notification_send;
  return saga::find_turn(text);
}

/// "<orderId>.<turn>", of this order.
std::optional<Problem> read_key(std::string_view text, const saga::OrderId& id, saga::Turn& turn) {
  const bool ours = text.starts_with(id.str() + ".");
  const auto found = ours ? turn_of_key(text.substr(saga::OrderId::text_size + 1)) : std::nullopt;
  if (!found) return wrong_field("/key", "is no key of a call about this order, <orderId>.<turn>");
  turn = *found;
  return std::nullopt;
}

std::optional<Problem> read_type(std::string_view text, saga::EventKind& kind) {
  const auto found = saga::find_event_kind(text);
  if (!found || saga::answered_by(*found) == saga::HandlerId::nobody)
    return wrong_field("/type", "is no event that answers a turn");
  kind = *found;
  return std::nullopt;
}

/// What is only wrong beside the other fields.
void check(const desk::AnswerRequest& wanted, const json::Seen& seen, Complaints& complaints) {
  if (!seen.has(type)) complaints.add("/type", "is missing");
  if (complaints.about("/type")) return;
  if (wanted.turn != saga::Turn::none && !saga::answers(wanted.turn, wanted.kind))
    complaints.add("/type", "does not answer " + std::string{saga::name(wanted.turn)});
  if (wanted.kind == saga::EventKind::ShippingConfirmed && wanted.said.tracking_number.empty())
    complaints.add("/trackingNumber", "is missing");
}

}  // namespace

std::optional<Problem> read_answer(std::string_view body, const saga::OrderId& id,
                                   desk::AnswerRequest& wanted) {
  json::Seen seen;
  Complaints complaints;
  OpaqueObjects objects;
  tape::AnswerData& said = wanted.said;
  const std::array<std::string*, keys.size()> texts{
      nullptr, nullptr, &said.reference, &said.detail, &said.tracking_number, &said.carrier, nullptr};
  json::Verdict problem = json::read_fields(
      body, keys, seen, complaints,
      [&](unsigned at, json::ondemand::value value, std::string_view name) -> json::Verdict {
        if (at == data) return objects.read(value, name, OpaqueObjects::Cards::may_stand, said.data);
        std::string_view text;
        if (auto wrong = json::read_text(value, json::pointer_to("", name), text)) return wrong;
        if (at == key) return read_key(text, id, wanted.turn);
        if (at == type) return read_type(text, wanted.kind);
        if (!saga::printable_text(text, text_characters_max))
          return wrong_field(json::pointer_to("", name), "must be 1 to 255 printable characters");
        *texts[at] = text;
        return std::nullopt;
      });
  if (problem) return problem;
  check(wanted, seen, complaints);
  return complaints.problem();
}

}  // namespace http
