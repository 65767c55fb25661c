#include "tests/sim/virtual_mailer.h"

#include "handlers/notification.h"
#include "tests/sim/allocations.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

/// Everything that the bytes of a mail follow from (edge/smtp/message.h).
std::string content_of(const engine::Mail& mail) {
  const saga::Order& order = mail.record->order;
  std::string content{saga::name(mail.what)};
  if (mail.again != 0) content += " again " + std::to_string(mail.again);
  content += "." + order.id.str() + " to " + std::string{order.email} + " at " + std::to_string(mail.at.ns) +
             " reason " + std::string{saga::name(mail.reason)} + " over " + std::to_string(order.total_minor);
  for (const saga::Line& line : order.lines)
    content += " " + std::to_string(line.quantity) + (line.stocked ? " " : " of ") + std::string{line.sku};
  content += " less " + std::to_string(order.discount_minor) + " number " + std::string{order.reference};
  return content;
}

}  // namespace

void VirtualMailer::submit(const engine::Mail& mail) {
  const Uncounted guard;
  watcher_.submitted(mail);
  const Mailbox::Key key{mail.record->order.id, mail.what, mail.again};
  Sent& sent = sent_[key];
  const std::string content = content_of(mail);
  std::string& before = mailbox_.mails[key].content;
  require(!sent.waiting, [&] { return "two mails at once: " + content; });
  require(!sent.taken && !sent.refused, [&] { return "a mail is sent again after its answer: " + content; });
  require(sent.unknown < unanswered_max,
          [&] { return "a mail without an answer is sent for ever: " + content; });
  if (before.empty()) before = content;
  require(before == content,
          [&] { return "a mail is sent again with other bytes: " + content + ", before: " + before; });
  sent.waiting = true;
  waiting.push_back(mail);
}

bool VirtualMailer::believable(const Mailbox::Key& key) const {
  const auto at = sent_.find(key);
  return at != sent_.end() && (at->second.taken || at->second.unknown >= handlers::SilenceRules{}.attempts);
}

void VirtualMailer::answer(tape::MailOutcome outcome, std::size_t index) {
  if (index >= waiting.size()) return;
  ++answered;
  const engine::Mail mail = waiting[index];
  waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
  const Mailbox::Key key{mail.record->order.id, mail.what, mail.again};
  Sent& sent = sent_[key];
  sent.waiting = false;
  sent.unknown += outcome == tape::MailOutcome::unknown ? 1 : 0;
  sent.taken = outcome == tape::MailOutcome::sent;
  sent.refused = outcome == tape::MailOutcome::refused;
  mail.record->mail_answer = outcome == tape::MailOutcome::refused ? "550 5.1.1 no such user"
                             : outcome == tape::MailOutcome::transient
                                 ? "451 4.7." + std::to_string(answered % 2)
                                 : "";
  if (outcome == tape::MailOutcome::sent || outcome == tape::MailOutcome::unknown)
    mailbox_.mails[key].went_out = true;
  to_.push({mail.record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)});
}

bool VirtualMailer::mute(const engine::Mail& mail) {
  std::size_t& left = sent_[{mail.record->order.id, mail.what, mail.again}].mute;
  if (left == 0) return false;
  --left;
  return true;
}

void VirtualMailer::answer_calmly() {
  answer(mute(waiting.front()) ? tape::MailOutcome::unknown : tape::MailOutcome::sent);
}

int VirtualMailer::turn(Faults& faults, Random& random) {
  if (waiting.empty()) return 0;
  if (faults.strikes(Fault::mail_stalled)) stalled_ = random.between(1, 40);
  if (stalled_ > 0) {
    --stalled_;
    return 0;
  }
  const std::size_t index = random.below(waiting.size());
  if (mute(waiting[index])) {
    answer(tape::MailOutcome::unknown, index);
  } else if (faults.strikes(Fault::mail_transient)) {
    answer(tape::MailOutcome::transient, index);
  } else if (faults.strikes(Fault::mail_away)) {
    answer(tape::MailOutcome::away, index);
  } else if (faults.strikes(Fault::mail_later)) {
    waiting[index].record->mail_pause = std::chrono::milliseconds{random.one_of<std::uint64_t>({0, 5, 500})};
    answer(tape::MailOutcome::later, index);
  } else if (faults.strikes(Fault::mail_unknown)) {
    sent_[{waiting[index].record->order.id, waiting[index].what, waiting[index].again}].mute =
        random.one_of<std::size_t>({0, unanswered_max - 1});
    answer(tape::MailOutcome::unknown, index);
  } else if (faults.strikes(Fault::mail_refused)) {
    answer(tape::MailOutcome::refused, index);
  } else {
    answer(tape::MailOutcome::sent, index);
  }
  return 1;
}

}  // namespace sim
