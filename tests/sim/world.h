// The whole engine on one thread under a virtual clock: the real saga, stages, tape, journal, release and
// store, with a Kafka, a Redis and a mail server that are told from outside when to answer. Which agent runs
// next is the caller's choice, by seed.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "edge/kafka/journal.h"
#include "edge/recovery/document_parser.h"
#include "edge/redis/store_agent.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/mail_backlog.h"
#include "engine/orders/release.h"
#include "engine/orders/stock.h"
#include "engine/runtime/clock.h"
#include "handlers/inventory.h"
#include "handlers/line.h"
#include "handlers/notification.h"
#include "handlers/order.h"
#include "handlers/payment.h"
#include "handlers/shipping.h"
#include "tests/sim/virtual_log.h"
#include "tests/sim/virtual_store.h"

namespace sim {

/// Mails wait here until the world lets the server answer.
class VirtualMailer final : public engine::Mailer {
 public:
  explicit VirtualMailer(orders::TaskInbox& inbox) : to_(inbox) {}
  void submit(const engine::Mail& mail) override {
    const Uncounted guard;
    waiting.push_back(mail);
    ++submitted[{mail.record->order.id, mail.what}];
  }
  void answer(tape::MailOutcome outcome) {
    if (waiting.empty()) return;
    ++answered;
    to_.push({waiting.front().record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)});
    waiting.erase(waiting.begin());
  }
  std::vector<engine::Mail> waiting;
  std::map<std::pair<saga::OrderId, saga::MailTemplate>, int> submitted;
  std::size_t answered = 0;

 private:
  orders::TaskInbox::Producer to_;
};

class World {
 public:
  static constexpr std::int64_t epoch = 41;
  static constexpr orders::MailBounds mails{
      .under_way = 4, .waiting = 1000, .deadline = std::chrono::hours{24}};

  struct Rules {
    handlers::PaymentRules payment;
    handlers::ShippingRules shipping;
  };
  World(std::uint64_t seed, std::size_t live, const Rules& rules = {});

  /// A new order, as the HTTP edge hands it over; nullptr when the engine says no.
  tape::Record* place(const saga::Order& draft);
  /// Whether there are orders that have not ended, in memory or only in the store.
  bool unfinished() const { return orders.counts().live + mail_backlog.size() > 0; }
  /// One turn of an agent chosen by the seed; sometimes a neighbour answers, and time passes.
  void step();
  /// Without neighbours: every agent in turn until none has work. What has run ahead.
  void run_engine_only();

  std::mt19937_64 random;
  runtime::ManualClock clock;
  runtime::FutexParker parker;
  tape::Tape tape{1 << 10, 1 << 8};
  tape::Transcript transcript{1 << 20, 1 << 11, 1 << 19, 512};
  orders::Orders orders;
  orders::Stock stock;
  orders::Inboxes inboxes;
  orders::Dispatch dispatch;
  VirtualStore store{{.offset = epoch, .epoch = epoch, .seq = 0}};
  recovery::DocumentParser documents;
  orders::MailBacklog mail_backlog;
  VirtualMailer mailer;
  VirtualLog log{epoch};
  kafka::CloudEvents events{{}};
  handlers::OrderHandler order;
  handlers::PaymentHandler payment;
  handlers::InventoryHandler inventory;
  handlers::ShippingHandler shipping;
  handlers::NotificationHandler notification;
  orders::Release release;
  redis::StoreAgent store_agent;
  kafka::Journal journal;
  handlers::Line line;
  std::vector<runtime::Agent*> agents;
};

}  // namespace sim
