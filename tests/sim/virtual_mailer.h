// A mail server, and one engine's way to it as engine::Mailer. Mails wait here until the world lets the
// server answer, in any order; what it has received outlives the engine.
//
// Invariants, held at every submit: the event that causes the mail is acked; one mail at a time for an order;
// every further attempt is the same mail; none after it was taken or refused, or twice without an answer.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/orders/inboxes.h"
#include "engine/ports.h"
#include "tests/sim/faults.h"

namespace sim {

/// Outlives the engines: by order and template, what was sent.
struct Mailbox {
  struct Entry {
    std::string content;
    std::size_t attempts = 0, unknown = 0;
    bool waiting = false;
    bool settled = false;  // taken or refused
    bool taken = false;
  };
  std::map<std::pair<saga::OrderId, saga::MailTemplate>, Entry> mails;
};

/// Sees a mail when the engine lets go of it.
class MailWatcher {
 public:
  virtual ~MailWatcher() = default;
  virtual void submitted(const engine::Mail& mail) = 0;
};

class VirtualMailer final : public engine::Mailer {
 public:
  VirtualMailer(Mailbox& mailbox, orders::TaskInbox& inbox, MailWatcher& watcher)
      : mailbox_(mailbox), watcher_(watcher), to_(inbox) {}

  void submit(const engine::Mail& mail) override;

  /// The oldest, or the one at `index`, is answered.
  void answer(tape::MailOutcome outcome, std::size_t index = 0);
  /// One turn of the server; how much happened.
  int turn(Faults& faults, Random& random);

  std::vector<engine::Mail> waiting;
  std::size_t answered = 0;

 private:
  Mailbox& mailbox_;
  MailWatcher& watcher_;
  orders::TaskInbox::Producer to_;
  std::uint64_t stalled_ = 0;  // for as many turns
};

}  // namespace sim
