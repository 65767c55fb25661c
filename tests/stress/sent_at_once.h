// A mailer that answers from the notification worker's own thread, as `discard:` does.
#pragma once

#include "engine/orders/inboxes.h"
#include "engine/ports.h"

namespace stress {

struct SentAtOnce final : engine::Mailer {
  explicit SentAtOnce(orders::TaskInbox& inbox) : to(inbox) {}
  void submit(const engine::Mail& mail) override {
    to.push({mail.record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(tape::MailOutcome::sent)});
  }
  orders::TaskInbox::Producer to;
};

}  // namespace stress
