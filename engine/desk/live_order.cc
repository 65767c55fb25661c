#include "engine/desk/live_order.h"

#include <array>

#include "engine/codec/document.h"
#include "engine/codec/seen.h"
#include "engine/saga/json.h"

namespace desk {
namespace {

/// A member's value: who, how often, and what the last call came to.
void add_attempts(const tape::Record& record, saga::HandlerId handler, const Dependencies& with,
                  std::string_view more, std::string& text) {
  // relaxed: a figure to show, and a moment old
  const std::uint32_t attempts = record.attempts.load(std::memory_order_relaxed);
  text.append(R"({"handler":")").append(saga::name(handler)).append("\"");
  if (attempts > 0) text.append(R"(,"attempts":)").append(std::to_string(attempts));
  text += more;
  const auto said = with.said_later ? with.said_later(handler, record.order.id) : std::nullopt;
  if (said && !said->error.empty())
    text.append(R"(,"error":")").append(saga::json::escaped(said->error)).append("\"");
  text += "}";
}

std::string time(engine::Time at) {
  std::array<char, 32> text;
  return {text.data(), saga::json::time(text.data(), at.ns)};
}

void add_retrying(const tape::Record& record, const Dependencies& with, std::string& text) {
  const saga::HandlerId keeper = record.kept_by.load(std::memory_order_relaxed);
  if (!record.retrying() || keeper == saga::HandlerId::nobody) return;
  std::string more;
  const std::uint64_t of = with.attempts[static_cast<std::size_t>(keeper)];
  if (of > 0 && saga::may_be_given_up(record.status)) more += R"(,"of":)" + std::to_string(of);
  const engine::Time next{record.next_attempt_ns.load(std::memory_order_relaxed)};
  if (next != engine::Time{} && with.wall != nullptr)
    more += R"(,"nextAttempt":")" + time(with.wall->shown(next)) + "\"";
  text += R"(,"retrying":)";
  add_attempts(record, keeper, with, more, text);
}

void add_parked(const tape::Record& record, const Dependencies& with, std::string& text) {
  if (!saga::parked(record.status)) return;
  std::string reason;
  if (record.parked_by != saga::Reason::none)
    reason.append(R"(,"reason":")").append(saga::name(record.parked_by)).append("\"");
  text += R"(,"parked":)";
  add_attempts(record, saga::handler_of(saga::due_or_parked_turn(record.status)), with, reason, text);
}

void add_waiting(const tape::Record& record, const Dependencies& with, std::string& text) {
  const saga::Turn turn = record.order.turn_in(record.status);
  const bool mail = turn == saga::Turn::notification_send;
  if (!(mail ? with.outside.mails_by_topic : with.outside.waits_for_answer(turn))) return;
  const saga::HandlerId handler = saga::handler_of(turn);
  const std::string key =
      mail ? saga::mail_key(record.order.id, saga::mail_of(record.status), record.mail_step)
           : saga::effect_key(record.order.id, turn);
  text += R"(,"waiting":{"handler":")";
  text += saga::name(handler);
  text += R"(","key":")" + key;
  text += R"(","since":")" + time(record.last_step().at) + "\"";
  if (const auto said = with.said_later ? with.said_later(handler, record.order.id) : std::nullopt) {
    if (!said->until.empty()) text += R"(,"until":")" + said->until + "\"";
    if (!said->action.empty()) text += R"(,"action":)" + said->action;
  }
  text += "}";
}

}  // namespace

std::string live_order(const tape::Record& record, const Dependencies& with) {
  std::string document;
  codec::render_document(record, document);
  std::string text = codec::public_part(document);
  text.pop_back();  // its closing brace
  codec::render_seen(record, text);
  add_retrying(record, with, text);
  add_parked(record, with, text);
  add_waiting(record, with, text);
  return text += "}";
}

std::string ended_order(std::string_view document, std::string_view seen) {
  std::string text = codec::public_part(document);
  return seen.empty() ? text : text.insert(text.size() - 1, seen);
}

}  // namespace desk
