// The mail backlog: orders that only wait for their mail, so that a mail server that is slow or away holds up
// nothing else. An order comes here when its ShippingConfirmed or OrderCancelled is acked. At most
// `under_way` of them are with notification. The others, and those whose mail is to be tried again, wait
// here; once the store has all events of such an order it is spilled: its record is freed and a small entry
// is left. When the entry's turn comes, the order is read back from the store.
//
//   released ─▶ held ────┬──────────────────────────────▶ notification ─▶ mailer ─▶ the end, on the tape
//                 ▲      └─ stored ─▶ entry ─ find, adopt ─▶   │
//                 └─────────────────── mail came back ◀────────┘
//
// A mail that failed waits for its own next attempt. While the server itself is away all mails wait, and one
// at a time is sent to see whether it is back, each time another one. Those do not count as attempts.
//
// Thread: the reactor's, after the store's agent, unless marked otherwise; take() also before the workers
// run.
// Invariants: every event of an order here is acked. A spilled one has no record, and all its events are
// stored. An order's token is here or with notification; there it counts as under way until its last event is
// acked.
// Bounds: `under_way` orders with notification or being read back from the store. Intake closes at `waiting`
// orders, and those that are live then may come besides; an entry takes about 120 bytes.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

#include "engine/codec/document_parser.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/inboxes.h"
#include "engine/orders/orders.h"
#include "engine/ports.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/metrics.h"
#include "engine/tape/tape.h"

namespace orders {

struct MailBounds {
  std::size_t under_way;
  std::size_t waiting;
  // Nobody is asked to send: whoever listens to the topic has the mail's event already and answers when they like. So
  // all of them are with notification at once, in memory, and are at rest there.
  bool by_topic = false;
  engine::Duration deadline;  // of a mail, since its event or since the opening
};

class MailBacklog final : public runtime::Agent, public engine::AckedListener {
 public:
  MailBacklog(const MailBounds& bounds, tape::Tape& tape, Orders& orders, Dispatch& dispatch,
              engine::Store& store, runtime::Parker& reactor, engine::Time opened);
  ~MailBacklog() override;

  /// Where notification gives tokens back whose mail came back: TaskKind::mail_result, and Record::mail_due.
  TaskInbox& returned_tokens() { return returned_tokens_; }

  /// A live order that only waits for its mail.
  void take(tape::Record& record);

  void released(tape::Index end) override;
  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override;
  std::string_view name() const override { return "mail backlog"; }

  /// From any thread: only orders that were never tried are still sent, and from `end` on none.
  void drain(engine::Time end);
  /// From any thread: no mail is under way, and whoever waits was tried or cannot be now.
  bool at_rest() const { return at_rest_.load(std::memory_order_acquire); }  // pairs with publish()
  /// From any thread: live orders whose token is with notification.
  std::size_t mailing() const { return mailing_.load(std::memory_order_relaxed); }  // a moment old is fine
  /// From any thread: orders that wait here, in memory or not.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }  // a moment old is fine
  /// From any thread: the store lacks an order that waits here. Whoever mends that begins again.
  bool store_lacks() const { return store_lacks_.load(std::memory_order_relaxed); }  // a moment old is fine
  void list(runtime::Metrics& metrics) const;

 private:
  struct Held {
    tape::Record* record;
    engine::Time due;
  };
  struct Entry {
    saga::OrderId id;
    engine::Time due{};  // its next attempt; 0: it was never tried
    engine::Time end{};  // its deadline
    std::uint32_t attempts = 0;
    std::uint32_t unanswered = 0;  // of those without an answer behind the dot, the first then
    engine::Time unanswered_at{};
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return a.due > b.due; }
  };
  struct Search final : engine::Store::DocumentListener {
    void found(Found found, std::string_view document) override { owner->found(*this, found, document); }
    MailBacklog* owner = nullptr;
    Entry entry;
  };

  int take_returned_tokens();
  int send_or_spill();
  int look_up_due();
  void spill(const Held& held);
  void wait(const Entry& entry);
  void look_up(const Entry& entry);
  void found(Search& search, engine::Store::DocumentListener::Found found, std::string_view document);
  tape::Record* read(std::string_view document);
  void send(tape::Record& record);
  void end_mailing(tape::Record& record);
  void publish();

  bool full() const { return !bounds_.by_topic && under_way_ >= bounds_.under_way; }
  bool draining() const { return drain_end_.load(std::memory_order_relaxed) != INT64_MAX; }
  engine::Time deadline(const tape::Record& record) const { return record.step_since + bounds_.deadline; }
  bool may_send(engine::Time end) const;
  bool store_away() const { return !store_.connected() || now_ < store_pause_; }

  // --- Constant after construction.
  const MailBounds bounds_;
  tape::Tape& tape_;
  Orders& orders_;
  Dispatch& dispatch_;
  engine::Store& store_;
  runtime::Parker& reactor_;

  // --- The reactor's.
  codec::DocumentParser documents_;
  TaskInbox returned_tokens_;
  std::deque<Held> held_;    // have a record
  std::deque<Entry> fresh_;  // were never tried
  std::priority_queue<Entry, std::deque<Entry>, Later> tried_;
  std::vector<Search> searches_;
  std::vector<Search*> idle_;
  tape::Index read_ = 0;       // events below have been looked at
  std::size_t under_way_ = 0;  // records with notification, and searches
  bool server_away_ = false;
  engine::Time server_due_{};   // when it may be asked again
  engine::Time store_pause_{};  // it did not answer: not before
  engine::Time now_;            // of this turn

  // --- Shared: drain_end_ written by main's thread, the others by the reactor's.
  std::atomic<std::int64_t> drain_end_{INT64_MAX};
  std::atomic<bool> at_rest_{true}, store_lacks_{false};
  std::atomic<std::size_t> mailing_{0}, size_{0};
  runtime::Counter spills_, taken_up_;
};

}  // namespace orders
