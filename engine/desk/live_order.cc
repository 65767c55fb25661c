#include "engine/desk/live_order.h"

#include <array>

#include "engine/codec/document.h"
#include "engine/saga/json.h"

namespace desk {
namespace {

void add_retrying(const tape::Record& record, std::string& text) {
  // relaxed: figures to show, and a moment old
  const saga::HandlerId keeper = record.kept_by.load(std::memory_order_relaxed);
  const std::uint32_t attempts = record.attempts.load(std::memory_order_relaxed);
  if (keeper == saga::HandlerId::nobody || attempts == 0) return;
  text += R"(,"retrying":{"handler":")";
  text += saga::name(keeper);
  text += R"(","attempts":)";
  text += std::to_string(attempts);
  text += "}";
}

void add_waiting(const tape::Record& record, const Dependencies& with, std::string& text) {
  const saga::Turn turn = record.order.turn_in(record.status);
  const bool mail = turn == saga::Turn::notification_send;
  if (!(mail ? with.outside.mails_by_topic : with.outside.waits_for_answer(turn))) return;
  const saga::HandlerId handler = saga::handler_of(turn);
  const std::string key =
      mail ? saga::mail_key(record.order.id, saga::mail_of(record.status), record.mail_step)
           : saga::effect_key(record.order.id, turn);
  std::array<char, 32> since;
  char* const end = saga::json::time(since.data(), record.last_step().at.ns);
  text += R"(,"waiting":{"handler":")";
  text += saga::name(handler);
  text += R"(","key":")" + key;
  text += R"(","since":")";
  text.append(since.data(), end).append("\"");
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
  add_retrying(record, text);
  add_waiting(record, with, text);
  return text += "}";
}

}  // namespace desk
