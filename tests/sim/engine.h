// Everything that one engine has in memory, wired as edge/app does it, but for the HTTP server. Its
// neighbours are handed to it and outlive it: dropped, it leaves them what had reached them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/codec/document_parser.h"
#include "engine/journal/journal.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/mail_backlog.h"
#include "engine/orders/release.h"
#include "engine/orders/stock.h"
#include "engine/store/store_agent.h"
#include "handlers/inventory.h"
#include "handlers/line.h"
#include "handlers/notification.h"
#include "handlers/order.h"
#include "handlers/payment.h"
#include "handlers/shipping.h"
#include "tests/sim/provider.h"
#include "tests/sim/virtual_log.h"
#include "tests/sim/virtual_mailer.h"
#include "tests/sim/virtual_store.h"
#include "tests/sim/worker.h"

namespace sim {

struct Settings {
  std::size_t live = 32;
  std::size_t finished = 100;
  std::size_t tape_slots = 1 << 10;
  std::size_t transcript_bytes = 1 << 20;
  handlers::PaymentRules payment{};
  handlers::ShippingRules shipping{};
  handlers::Untracked untracked = handlers::Untracked::accept;
  handlers::LineRetry retry{};
  handlers::RetryRules mail_retry{.backoff = std::chrono::seconds{1},
                                  .backoff_max = std::chrono::minutes{5},
                                  .deadline = std::chrono::hours{24}};
  std::size_t mails_under_way = 4;
  std::size_t mails_waiting = 1000;
};

/// What an engine stands on, and what of it is of interest to all.
struct Ground {
  const Settings& settings;
  Partition& partition;
  Stragglers& stragglers;
  Redis& redis;
  Mailbox& mailbox;
  Faults& faults;
  Random& random;
  const bool& providers_away;
};

struct Engine {
  /// On a log that was opened at `epoch` by `opening_id`, and a Redis that has come up to it.
  /// `brought_along`: unfinished orders to take up, if more than live ones may be.
  Engine(const Ground& ground, MailWatcher& mails, std::int64_t epoch, const std::string& opening_id,
         std::size_t brought_along, runtime::Time now);

  const std::size_t capacity;
  std::array<Worker, saga::handlers> stage_workers;
  Worker journal_worker, reactor_worker;
  tape::Tape tape;
  tape::Transcript transcript;
  orders::Orders orders;
  orders::Stock stock;
  orders::Inboxes inboxes;
  orders::Dispatch dispatch;
  VirtualStore store;
  codec::DocumentParser documents;
  orders::MailBacklog mail_backlog;
  VirtualMailer mailer;
  VirtualLog log;
  codec::CloudEvents events{{}};
  handlers::OrderHandler order;
  handlers::PaymentHandler payment;
  handlers::InventoryHandler inventory;
  handlers::ShippingHandler shipping;
  Provider bank, carrier;
  handlers::NotificationHandler notification;
  orders::Release release;
  store::StoreAgent store_agent;
  journal::Journal journal;
  handlers::Line line;
  std::vector<runtime::Agent*> agents;
  std::vector<Worker*> workers;
};

}  // namespace sim
