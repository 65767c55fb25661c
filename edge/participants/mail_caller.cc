#include "edge/participants/mail_caller.h"

#include <string>
#include <utility>

#include "edge/participants/answer.h"

namespace participants {
namespace {

using tape::MailOutcome;

/// A record has one mail under way at most, and lives until its result is handled.
std::uint64_t id_of(const tape::Record* record) { return reinterpret_cast<std::uintptr_t>(record); }
tape::Record* record_of(std::uint64_t id) {
  return reinterpret_cast<tape::Record*>(static_cast<std::uintptr_t>(id));
}

std::string key_of(const engine::Mail& mail) {
  std::string key = saga::effect_key(mail.record->order.id, Turn::notification_send) + ".";
  key += saga::name(mail.what);
  if (mail.again != 0) key += "." + std::to_string(mail.again);
  return key;
}

bool sent(const Outcome& outcome) {
  return outcome.decision.type == saga::name(saga::EventKind::NotificationSent);
}

MailOutcome mail_outcome(const Outcome& outcome) {
  if (outcome.verdict == Verdict::decided) return sent(outcome) ? MailOutcome::sent : MailOutcome::refused;
  const bool away = outcome.reach == Reach::never_reached || outcome.verdict == Verdict::ours_to_mend;
  return away ? MailOutcome::away : MailOutcome::transient;
}

std::string why_not(const Outcome& outcome) {
  if (outcome.verdict == Verdict::later) return std::to_string(outcome.status) + ": later";
  return on_one_line(outcome.verdict == Verdict::decided ? outcome.decision.reason : outcome.detail);
}

}  // namespace

MailCaller::MailCaller(Settings settings, const codec::CloudEvents& events, orders::TaskInbox& notification)
    : events_(events),
      answers_(notification),
      refused_(notification),
      client(std::move(settings), [this](Outcome&& outcome) { heard(std::move(outcome)); }) {}

void MailCaller::submit(const engine::Mail& mail) {
  const bool taken = client.ask({.id = id_of(mail.record),
                                 .turn = Turn::notification_send,
                                 .key = key_of(mail),
                                 .body = events_.render_turn(*mail.record),
                                 .attempt = mail.record->attempts.load(std::memory_order_relaxed) + 1});
  if (taken) return;
  mail.record->mail_answer = "too many mails wait";
  refused_.push({mail.record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(MailOutcome::away)});
}

void MailCaller::heard(Outcome&& outcome) {
  tape::Record* const record = record_of(outcome.id);
  const MailOutcome said = mail_outcome(outcome);
  if (said != MailOutcome::sent) record->mail_answer = why_not(outcome);
  answers_.push({record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(said)});
}

}  // namespace participants
