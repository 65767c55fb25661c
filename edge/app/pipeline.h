// Everything that hangs off one partition of the topic: the tape, the five handlers, the orders in memory,
// the journal and the store. Nothing of it is global; more partitions are more pipelines.
//
//   order ═▶ payment ═▶ inventory ═▶ shipping ═▶ notification        each a stage, on the worker it was
//   placed on
//      └────────┴───────────┴───────────┴────────────┴──▶ tape
//   journal ──acked──▶ release ──released──▶ store, mail backlog     these three beside the reactor
//
// Thread: wired by main's before the workers run; afterwards each member belongs to the worker of its agent.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "edge/app/worker_pool.h"
#include "edge/config/config.h"
#include "edge/smtp/pool.h"
#include "engine/codec/document_parser.h"
#include "engine/journal/journal.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/mail_backlog.h"
#include "engine/orders/orders.h"
#include "engine/orders/release.h"
#include "engine/orders/stock.h"
#include "engine/recovery/fold.h"
#include "engine/store/store_agent.h"
#include "engine/tape/tape.h"
#include "engine/tape/transcript.h"
#include "handlers/inventory.h"
#include "handlers/line.h"
#include "handlers/notification.h"
#include "handlers/order.h"
#include "handlers/payment.h"
#include "handlers/shipping.h"

namespace edge {

class Pipeline {
 public:
  /// `brought_along`: how many unfinished orders the start takes up, if more than [orders] live.
  Pipeline(const Config& config, const smtp::Settings& mail, WorkerPool& workers, engine::Store& store,
           engine::Time start, std::size_t brought_along);

  /// How many unfinished orders it can take up.
  static std::size_t live_limit(const Config& config);
  /// The log is open as `opening`, Redis has come up to it: from here on the journal exists. Before the
  /// workers run.
  void open(engine::Log& log, const codec::CloudEvents& events, const engine::Store::Checkpoint& checkpoint,
            std::string opening);
  /// Hands what the fold has left to the handlers that hold it, and its stock to those who count. Before the
  /// workers run.
  void take_up(recovery::Fold& fold, engine::Time now);

  std::map<std::string_view, runtime::Agent*> placed();
  /// In their order.
  std::vector<runtime::Agent*> beside_reactor() { return {&release, &store, &mail_backlog}; }
  void list(runtime::Metrics& metrics) const;

  /// From any thread: what is not done waits for the outside, and everything said is acked and stored.
  bool at_rest() const;
  /// The same but for mails that are with the mail server: they may be left to the next start.
  bool at_rest_but_mails() const;
  /// From any thread: events that Redis does not have yet.
  std::uint64_t unstored() const { return tape.claimed() - tape.stored.read(); }

  tape::Tape tape;
  tape::Transcript transcript;
  const std::size_t capacity;  // of unfinished orders, with those brought along
  orders::Orders orders;
  orders::Stock stock;
  orders::Inboxes inboxes;
  orders::Dispatch dispatch;
  codec::DocumentParser documents;
  orders::MailBacklog mail_backlog;
  smtp::Pool mailer;
  handlers::OrderHandler order;
  handlers::PaymentHandler payment;
  handlers::InventoryHandler inventory;
  handlers::ShippingHandler shipping;
  handlers::NotificationHandler notification;
  handlers::Line line;
  orders::Release release;
  store::StoreAgent store;
  std::optional<journal::Journal> journal;
};

}  // namespace edge
