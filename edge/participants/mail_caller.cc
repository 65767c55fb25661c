#include "edge/participants/mail_caller.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "edge/participants/answer.h"
#include "edge/participants/participant.h"
#include "engine/saga/trace.h"

namespace participants {
namespace {

using tape::MailOutcome;

/// A record has one mail under way at most, and lives until its result is handled.
std::uint64_t id_of(const tape::Record* record) { return reinterpret_cast<std::uintptr_t>(record); }
tape::Record* record_of(std::uint64_t id) {
  return reinterpret_cast<tape::Record*>(static_cast<std::uintptr_t>(id));
}

MailOutcome undecided(const Outcome& outcome) {
  if (outcome.verdict == Verdict::later) return MailOutcome::later;
  const bool away = outcome.reach == Reach::never_reached || outcome.verdict == Verdict::ours_to_mend;
  return away ? MailOutcome::away : MailOutcome::transient;
}

/// For people: what the call came to.
void note(tape::Record& record, std::string answer, bool decided) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  record.calls_ended.note(
      {.turn = Turn::notification_send,
       .key = saga::mail_key(record.order.id, saga::mail_of(record.state), record.mail_step),
       .attempts = record.asking.calls,
       .answer = std::move(answer),
       .step = decided ? record.step + 1 : 0,
       .at = engine::Time{std::chrono::duration_cast<engine::Duration>(now).count()}});
}

std::string why_not(const Outcome& outcome) {
  if (outcome.verdict == Verdict::later) return std::to_string(outcome.status) + ": later";
  return on_one_line(outcome.detail);
}

}  // namespace

MailCaller::MailCaller(Settings settings, const codec::CloudEvents& events, orders::TaskInbox& notification)
    : events_(events),
      answers_(notification),
      refused_(notification),
      client(std::move(settings), [this](Outcome&& outcome) { heard(std::move(outcome)); }) {}

void MailCaller::submit(const engine::Mail& mail) {
  tape::Record& record = *mail.record;
  // Calls of a mail that waited outside memory are forgotten, but for those that count.
  const std::uint32_t before = std::max(record.asking.calls, record.attempts.load(std::memory_order_relaxed));
  record.asking.calls = before + 1;
  const bool taken = client.ask({.id = id_of(&record),
                                 .turn = Turn::notification_send,
                                 .key = saga::mail_key(record.order.id, mail.what, mail.again),
                                 .body = events_.render_turn(record),
                                 .attempt = before + 1,
                                 .traceparent = std::string{record.order.traceparent},
                                 .step_span = saga::span_of_step(record.order.id, record.step + 1)});
  if (taken) return;
  record.asking.calls = before;
  record.mail_answer = "too many mails wait";
  refused_.push({&record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(MailOutcome::away)});
}

void MailCaller::heard(Outcome&& outcome) {
  tape::Record* const record = record_of(outcome.id);
  MailOutcome said;
  if (outcome.verdict == Verdict::decided) {
    tape::Answer answer = answer_of(std::move(outcome));
    answer.said.detail = on_one_line(answer.said.detail);
    record->keep_answer(answer.kind, answer.said);
    note(*record, std::string{saga::name(answer.kind)}, true);
    said = answer.kind == saga::EventKind::NotificationSent ? MailOutcome::sent : MailOutcome::refused;
  } else {
    said = undecided(outcome);
    record->mail_answer = why_not(outcome);
    note(*record, record->mail_answer, false);
    record->mail_pause = outcome.retry_after.value_or(engine::Duration::zero());
  }
  answers_.push({record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(said)});
}

}  // namespace participants
