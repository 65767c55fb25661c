#include "edge/smtp/mail_list.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/saga/json.h"
#include "engine/saga/turn.h"

namespace smtp {
namespace {

void add_text(std::string& out, std::string_view key, std::string_view value) {
  out.append(",\"").append(key).append("\":\"").append(saga::json::escaped(value)).append("\"");
}

void add_mail(std::string& out, const tape::Record& record, const tape::Step& step, const Sender& sender) {
  const engine::Mail mail{
      .record = const_cast<tape::Record*>(&record),  // a mail on its way holds its record; this one is read
      .what = saga::mail_of(step.state),
      .again = step.kind == saga::EventKind::MailRequested ? step.number : 0,
      .at = step.at,
      .reason = record.reason};
  const auto message = render_message(mail, sender);
  if (!message) return;
  std::array<char, 32> at;
  out += out.back() == '[' ? R"({"step":)" : R"(,{"step":)";
  out += std::to_string(step.number);
  add_text(out, "template", saga::name(mail.what));
  add_text(out, "at", {at.data(), saga::json::time(at.data(), step.at.ns)});
  add_text(out, "messageId", "<" + message->name + "@" + std::string{sender.domain()} + ">");
  add_text(out, "from", message->from);
  add_text(out, "to", message->to);
  add_text(out, "message", message->text);
  out += '}';
}

}  // namespace

std::string render_mail_list(const tape::Record& record, const Sender& sender) {
  std::vector<tape::Step> due;
  record.steps().each(record.step_count, [&](const tape::Steps::Shown& step) {
    if (saga::turn_of(step.first.state) != saga::Turn::notification_send) return;
    due.push_back(step.first);
    if (step.count > 1) due.push_back(step.last);
  });
  std::sort(due.begin(), due.end(),
            [](const tape::Step& a, const tape::Step& b) { return a.number < b.number; });
  std::string out = R"({"data":[)";
  for (const tape::Step& step : due) add_mail(out, record, step, sender);
  return out += "]}";
}

}  // namespace smtp
