#include "tests/sim/virtual_mailer.h"

#include "tests/sim/allocations.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

/// Everything that the bytes of a mail follow from (edge/smtp/message.h).
std::string content_of(const engine::Mail& mail) {
  const saga::Order& order = mail.record->order;
  std::string content{saga::name(mail.what)};
  content += "." + order.id.str() + " to " + std::string{order.email} + " at " + std::to_string(mail.at.ns) +
             " reason " + std::string{saga::name(mail.reason)} + " over " + std::to_string(order.total_minor);
  for (const saga::Line& line : order.lines)
    content += " " + std::to_string(line.quantity) + " " + std::string{line.sku};
  return content;
}

}  // namespace

void VirtualMailer::submit(const engine::Mail& mail) {
  const Uncounted guard;
  watcher_.submitted(mail);
  const Mailbox::Key key{mail.record->order.id, mail.what};
  Sent& sent = sent_[key];
  const std::string content = content_of(mail);
  std::string& before = mailbox_.mails[key].content;
  require(!sent.waiting, [&] { return "two mails at once: " + content; });
  require(!sent.settled, [&] { return "a mail is sent again after its answer: " + content; });
  require(sent.unknown < 2, [&] { return "a mail of unknown outcome is sent a third time: " + content; });
  if (before.empty()) before = content;
  require(before == content,
          [&] { return "a mail is sent again with other bytes: " + content + ", before: " + before; });
  sent.waiting = true;
  waiting.push_back(mail);
}

void VirtualMailer::answer(tape::MailOutcome outcome, std::size_t index) {
  if (index >= waiting.size()) return;
  ++answered;
  const engine::Mail mail = waiting[index];
  waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
  const Mailbox::Key key{mail.record->order.id, mail.what};
  Sent& sent = sent_[key];
  sent.waiting = false;
  sent.unknown += outcome == tape::MailOutcome::unknown ? 1 : 0;
  sent.settled = outcome == tape::MailOutcome::sent || outcome == tape::MailOutcome::refused;
  if (outcome == tape::MailOutcome::sent || outcome == tape::MailOutcome::unknown)
    mailbox_.mails[key].went_out = true;
  to_.push({mail.record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)});
}

int VirtualMailer::turn(Faults& faults, Random& random) {
  if (waiting.empty()) return 0;
  if (faults.strikes(Fault::mail_stalled)) stalled_ = random.between(1, 40);
  if (stalled_ > 0) {
    --stalled_;
    return 0;
  }
  const std::size_t index = random.below(waiting.size());
  if (faults.strikes(Fault::mail_transient)) {
    answer(tape::MailOutcome::transient, index);
  } else if (faults.strikes(Fault::mail_away)) {
    answer(tape::MailOutcome::away, index);
  } else if (faults.strikes(Fault::mail_unknown)) {
    answer(tape::MailOutcome::unknown, index);
  } else if (faults.strikes(Fault::mail_refused)) {
    answer(tape::MailOutcome::refused, index);
  } else {
    answer(tape::MailOutcome::sent, index);
  }
  return 1;
}

}  // namespace sim
