// Everything that hangs off one partition of the topic: the tape, the five handlers, the orders in memory,
// the journal, the store and the mail backlog, wired in this one place. The process, the simulator and the
// stress tests build the same object; what differs are its neighbours (ports), who is woken (parkers) and its
// sizes. Nothing of it is global: more partitions are more of them.
//
//   order ═▶ payment ═▶ inventory ═▶ shipping ═▶ notification      each in its stage, on any worker
//               │           │            └── calls ─▶ whoever does the work outside, after the ack
//      └────────┴───────────┴───────────┴────────────┴──▶ tape
//   tape ──▶ journal ──acked──▶ release ──released──▶ store, mail backlog      on any; these three beside the
//   reactor
//   topic of requests ──▶ requests ──▶ the handler whose turn it is
//
// Thread: wired by one, before the workers run; then each member belongs to the worker of its agent.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/mail_backlog.h"
#include "engine/orders/orders.h"
#include "engine/orders/release.h"
#include "engine/orders/requests.h"
#include "engine/orders/stock.h"
#include "engine/recovery/fold.h"
#include "engine/recovery/recent.h"
#include "engine/runtime/clock.h"
#include "engine/store/store_agent.h"
#include "engine/tape/tape.h"
#include "engine/tape/transcript.h"
#include "handlers/inventory.h"
#include "handlers/notification.h"
#include "handlers/order.h"
#include "handlers/payment.h"
#include "handlers/shipping.h"
#include "handlers/stages.h"

namespace handlers {

/// As engine/limits.h says, where nobody says otherwise.
struct PartitionSizes {
  std::size_t live = engine::limits::live_orders_max;  // that new orders may make it
  std::size_t live_bytes = std::size_t{256} << 20;
  std::size_t finished = engine::limits::finished_kept;
  std::size_t tape_slots = engine::limits::tape_slots;
  std::size_t tape_reserved = engine::limits::tape_reserved_for_orders_under_way;
  std::size_t transcript_bytes = engine::limits::transcript_bytes;
  std::size_t history_bytes = engine::limits::transcript_history_bytes;
  std::size_t history_events = engine::limits::transcript_history_events;
  std::size_t mails_under_way = engine::limits::mails_under_way;
  std::size_t mails_waiting = 1'000'000;
};

/// How the handlers decide, how often they try, and what the journal waits for.
struct PartitionRules {
  PaymentRules payment{};
  ShippingRules shipping{};
  Untracked untracked = Untracked::accept;
  RetryRulesByHandler retry{};
  RetryRules mail_retry{};  // backoff and deadline
  SilenceRules mail_silence{};
  saga::Capture capture = saga::Capture::at_once;             // of orders that are placed from now on
  std::array<CallRules, saga::handlers> calls{};              // of those whose work is done outside
  engine::Duration early_requests{std::chrono::minutes{10}};  // are kept so long
  engine::Duration linger{};                                  // of events on their way to the log
};

/// What a start has come to.
struct Opened {
  engine::Store::Checkpoint checkpoint;  // our EpochStarted, which Redis has reached
  const std::string& opening_id;
  recovery::Fold& found;      // all of it is written; its orders are the partition's from then on
  recovery::Recent& recent;   // so are those that ended before
  tape::Offset requests = 0;  // below which all requests off the topic are settled
};

/// Its neighbours.
struct PartitionPorts {
  engine::Log& log;                  // open
  const codec::CloudEvents& events;  // as which the journal writes
  engine::Store& store;
  /// Makes the mailer, which puts its results into this inbox, as so many producers. Not called if mails go by topic.
  std::function<std::unique_ptr<engine::Mailer>(orders::TaskInbox& results)> mailer;
  std::size_t mailer_producers = 1;
  /// Who does a handler's work.
  enum class Provider : std::uint8_t {
    own,       // the handler: it simulates, or counts its own stock
    called,    // `participant`
    by_topic,  // whoever listens to the topic
  };
  std::array<Provider, saga::handlers> providers{};  // notification's is the mailer, or by_topic
  /// Makes whoever is called, which puts its answers into this inbox, as one producer.
  std::function<std::unique_ptr<engine::Participant>(saga::HandlerId handler, orders::TaskInbox& answers)>
      participant{};
  engine::RequestLog* requests = nullptr;  // there if anything is done by topic
};

/// Who is woken; several may be the same one.
struct PartitionParkers {
  orders::Inboxes::Parkers handlers{};
  runtime::Parker& journal;
  runtime::Parker& reactor;
};

class Partition {
 public:
  /// Every order that was found is with the handler that the table names, and every level with those who count.
  /// However many there are, all are taken up: there is room for them besides sizes.live.
  Partition(const PartitionSizes& sizes, const PartitionRules& rules, const PartitionPorts& ports,
            const PartitionParkers& parkers, const runtime::Clock& clock, const Opened& opened);

  /// By the names of the placement.
  std::map<std::string_view, runtime::Agent*> placed();
  /// In their order.
  std::vector<runtime::Agent*> beside_reactor();
  void list(runtime::Metrics& metrics) const;

  // --- From any thread.
  /// What is not done waits for the outside, and everything said is acked and stored.
  bool at_rest() const;
  /// The same but for mails that are with the mail server: they may be left to the next start.
  bool at_rest_but_mails() const;
  /// Events that Redis does not have yet.
  std::uint64_t unstored() const { return tape.claimed() - tape.stored.read(); }

 private:
  void list_waiting(runtime::Metrics& metrics) const;
  std::array<Calls*, saga::handlers> make_calls(const PartitionRules& rules, const PartitionPorts& ports);

 public:
  tape::Tape tape;
  tape::Transcript transcript;
  const std::size_t capacity;  // of unfinished orders, with those that were found
  orders::Orders orders;
  orders::Stock stock;
  orders::Inboxes inboxes;
  orders::Dispatch dispatch;
  orders::MailBacklog mail_backlog;
  const std::unique_ptr<engine::Mailer> mailer;
  const std::array<std::unique_ptr<engine::Participant>, saga::handlers> participants;
  const saga::Outside outside;                             // whose work is done outside,
  std::array<std::optional<Calls>, saga::handlers> calls;  // and who waits for it
  const saga::Capture capture;
  OrderHandler order;
  PaymentHandler payment;
  InventoryHandler inventory;
  ShippingHandler shipping;
  NotificationHandler notification;
  Stages stages;
  orders::Release release;
  std::optional<orders::Requests> requests;  // if anything is done by topic
  store::StoreAgent store;
  journal::Journal journal;
};

}  // namespace handlers
