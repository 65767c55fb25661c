// Customers cancel while five threads work on their orders, and providers fail now and then: every order's
// chain stays whole and legal, an order is shipped or cancelled and never both, and every one ends.
#include <array>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "engine/orders/dispatch.h"
#include "engine/runtime/worker.h"
#include "handlers/inventory.h"
#include "handlers/line.h"
#include "handlers/notification.h"
#include "handlers/order.h"
#include "handlers/payment.h"
#include "handlers/shipping.h"
#include "tests/catch.h"
#include "tests/make_order.h"
#include "tests/stress/sent_at_once.h"

namespace {

using saga::EventKind;

struct Seen {
  std::uint32_t step = 0;
  bool shipped = false, cancel_requested = false, cancelled = false;
};

}  // namespace

TEST_CASE("a cancel and a shipment never both win, whoever runs when, and no wish is lost") {
  constexpr unsigned order_count = 5'000;
  const runtime::SystemClock clock;
  tape::Tape tape(4096, 1024);
  std::array<runtime::FutexParker, saga::handlers> parkers;
  orders::Inboxes::Parkers wake{};
  for (std::size_t i = 0; i < parkers.size(); ++i) {
    wake[i] = &parkers[i];
    tape.room().wake_on_return(parkers[i]);
  }
  orders::Inboxes inboxes(order_count, 1, wake);
  orders::Dispatch dispatch(inboxes, tape.room());
  stress::SentAtOnce mailer(inboxes.of(saga::HandlerId::notification));
  handlers::OrderHandler order;
  handlers::PaymentRules sometimes;
  sometimes.transient_rate = 0.2;
  sometimes.refund_transient_rate = 0.2;
  handlers::PaymentHandler payment(sometimes);
  handlers::InventoryHandler inventory;
  inventory.set("sku-0", 1'000'000);
  handlers::ShippingRules slow;
  slow.transient_rate = 0.2;
  slow.latency = std::chrono::milliseconds{2};
  handlers::ShippingHandler shipping(slow);
  orders::TaskInbox backlog(1, 1, parkers[0]);
  handlers::NotificationHandler notification(mailer, {}, clock.now(), backlog);
  const handlers::RetryRules retry{
      .attempts = 1000, .backoff = std::chrono::milliseconds{2}, .backoff_max = std::chrono::milliseconds{4}};
  handlers::Line line({&order, &payment, &inventory, &shipping, &notification}, {retry, retry}, tape, inboxes,
                      clock.now());
  std::vector<std::unique_ptr<runtime::Worker>> workers;
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    runtime::Agent& stage = line.stage(i);
    workers.push_back(std::make_unique<runtime::Worker>(std::string{stage.name()}, std::nullopt,
                                                        runtime::Idle::park, clock, parkers[i],
                                                        std::vector<runtime::Agent*>{&stage}));
    workers[i]->start();
  }

  // This thread is the reactor.
  std::mt19937_64 random(7);
  std::map<tape::Record*, Seen> live;
  std::vector<tape::Record*> known, ended;
  unsigned admitted = 0;
  unsigned cancels_won = 0;
  tape::Index read = 0;
  bool sound = true;
  while (admitted < order_count || !live.empty()) {
    if (admitted < order_count && live.size() < 500 && tape.room().take_for_intake()) {
      tape::Record* const record = tape::Record::create(tests::make_order(++admitted).order);
      live[record];
      known.push_back(record);
      dispatch.arrive(*record);
      dispatch.hand_over();
    }
    if (!known.empty() && random() % 4 == 0) {
      tape::Record* const one = known[random() % known.size()];
      if (live.count(one) != 0) sound = sound && dispatch.wish(*one, tape::Wish::cancel);
      if (known.size() > 200) known.erase(known.begin(), known.begin() + 100);
    }
    std::erase_if(ended, [](tape::Record* record) {
      if (record->pokes.load(std::memory_order_acquire) != 0) return false;
      tape::Record::destroy(record);
      return true;
    });
    if (!tape.published(read)) {
      std::this_thread::yield();
      continue;
    }
    const tape::Event event = tape.event(read);
    Seen& seen = live[event.record];
    sound = sound && event.step == ++seen.step;
    if (event.kind == EventKind::ShippingConfirmed) seen.shipped = true;
    if (event.kind == EventKind::OrderCancelRequested) seen.cancel_requested = true;
    if (event.kind == EventKind::OrderCancelled) seen.cancelled = true;
    if (event.at_ack != saga::HandlerId::nobody) dispatch.hand_on(*event.record, event.at_ack);
    tape.stored.move(++read);
    tape.room().give(1);
    if (saga::ended(event.state)) {
      sound = sound && seen.shipped != seen.cancelled && !(seen.cancel_requested && !seen.cancelled);
      cancels_won += seen.cancel_requested ? 1 : 0;
      live.erase(event.record);
      std::erase(known, event.record);
      ended.push_back(event.record);
    }
  }
  for (auto& worker : workers) worker->stop();
  for (tape::Record* record : ended) tape::Record::destroy(record);
  REQUIRE(sound);
  REQUIRE(cancels_won > 0);
  REQUIRE(line.resting() == 0);
  REQUIRE(tape.room().free() == 4096);
}
