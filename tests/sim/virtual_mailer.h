// A mail server, and one engine's way to it as engine::Mailer. Mails wait here until the world lets the
// server answer, in any order; what it has received outlives the engine.
//
// Invariants, held at every submit: the event that causes the mail is acked; every further attempt, by any
// engine, is the same mail; within one engine one mail at a time for an order, and none after it was taken or
// refused; without an answer not oftener than `unanswered_max`, and not believed before SilenceRules allow.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/orders/inboxes.h"
#include "engine/ports.h"
#include "tests/sim/faults.h"

namespace sim {

/// Outlives the engines: what was sent, by order, template, and the step that asked for it again.
struct Mailbox {
  struct Key {
    saga::OrderId id;
    saga::MailTemplate what{};
    std::uint32_t again = 0;
    friend bool operator<(const Key& a, const Key& b) {
      return std::tie(a.id, a.what, a.again) < std::tie(b.id, b.what, b.again);
    }
  };
  struct Entry {
    std::string content;
    bool went_out = false;  // the server has all of it, whatever it said
  };
  std::map<Key, Entry> mails;
};

/// Sees a mail when the engine lets go of it.
class MailWatcher {
 public:
  virtual ~MailWatcher() = default;
  virtual void submitted(const engine::Mail& mail) = 0;
};

class VirtualMailer final : public engine::Mailer {
 public:
  /// As many attempts as SilenceRules want, and one when the time is up.
  static constexpr std::size_t unanswered_max = 6;

  VirtualMailer(Mailbox& mailbox, orders::TaskInbox& inbox, MailWatcher& watcher)
      : mailbox_(mailbox), watcher_(watcher), to_(inbox) {}

  void submit(const engine::Mail& mail) override;

  /// The oldest, or the one at `index`, is answered.
  void answer(tape::MailOutcome outcome, std::size_t index = 0);
  /// The oldest, by a server without faults; but who is mute for a mail stays so as long as it would have
  /// been.
  void answer_calmly();
  /// One turn of the server; how much happened.
  int turn(Faults& faults, Random& random);
  /// Whether the log may say of a mail that it was sent.
  bool believable(const Mailbox::Key& key) const;

  std::vector<engine::Mail> waiting;
  std::size_t answered = 0;

 private:
  /// Whether nobody answers that mail this time either.
  bool mute(const engine::Mail& mail);

  struct Sent {
    std::size_t unknown = 0;
    std::size_t mute = 0;  // for so many attempts more
    bool waiting = false;
    bool taken = false;
    bool refused = false;
  };

  Mailbox& mailbox_;
  std::map<Mailbox::Key, Sent> sent_;
  MailWatcher& watcher_;
  orders::TaskInbox::Producer to_;
  std::uint64_t stalled_ = 0;  // for as many turns
};

}  // namespace sim
