#include "engine/codec/seen.h"

#include "engine/saga/json.h"

namespace codec {
namespace {

using saga::json::put;
using saga::json::text_member;

void render_acked(const tape::Record& record, std::string& out) {
  constexpr std::size_t step_max = 48;
  const std::size_t begin = out.size();
  out.reserve(begin + 16 + step_max * record.steps().held());
  const auto add = [&](const tape::Step& step) {
    if (step.acked == engine::Time{}) return;
    char text[96];
    char* to = put(text, out.size() > begin ? R"(,{"step":)" : R"(,"acked":[{"step":)");
    to = put(saga::json::number(to, step.number), R"(,"at":")");
    to = put(saga::json::time(to, step.acked.ns), R"("})");
    out.append(text, to);
  };
  record.steps().each(record.step_count, [&](const tape::Steps::Shown& step) {
    add(step.first);
    if (step.count > 1) add(step.last);
  });
  if (out.size() > begin) out += ']';
}

constexpr std::size_t call_bytes_max = 160;  // keys, names, a time, a number

void render_calls(const tape::Record& record, std::string& out) {
  bool first = true;
  for (const tape::CallEnded& call : record.calls_ended.all()) {
    if (call.step > record.step_count) continue;  // not acked
    const std::size_t begin = out.size();
    out.resize(begin + call_bytes_max + saga::json::escaped_max(call.key.size() + call.answer.size()));
    char* to = put(out.data() + begin, first ? R"(,"calls":[{"handler":")" : R"(,{"handler":")");
    first = false;
    to = put(put(to, saga::name(saga::handler_of(call.turn))), R"(")");
    to = text_member(to, "turn", saga::name(call.turn));
    to = text_member(to, "key", call.key);
    if (call.attempts > 0) to = saga::json::number(put(to, R"(,"attempts":)"), call.attempts);
    to = text_member(to, "answer", call.answer);
    to = put(saga::json::time(put(to, R"(,"at":")"), call.at.ns), R"("})");
    out.resize(static_cast<std::size_t>(to - out.data()));
  }
  if (!first) out += ']';
}

}  // namespace

void render_seen(const tape::Record& record, std::string& out) {
  render_acked(record, out);
  render_calls(record, out);
}

}  // namespace codec
