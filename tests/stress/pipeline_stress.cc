// The five stages on five real threads, joined by their inboxes, appending to one tape: every order's events
// must come out complete, gap-free and in order, with room short most of the time.
#include <array>
#include <map>
#include <memory>
#include <thread>

#include "engine/runtime/worker.h"
#include "handlers/inventory.h"
#include "handlers/notification.h"
#include "handlers/order.h"
#include "handlers/payment.h"
#include "handlers/shipping.h"
#include "handlers/stage.h"
#include "tests/catch.h"
#include "tests/make_order.h"

namespace {

/// Answers from the notification worker's own thread, as `discard:` does.
struct SentAtOnce final : engine::Mailer {
  explicit SentAtOnce(orders::TaskInbox& inbox) : to(inbox) {}
  void submit(const engine::Mail& mail) override {
    to.push({mail.record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(tape::MailOutcome::sent)});
  }
  orders::TaskInbox::Producer to;
};

}  // namespace

TEST_CASE("five stages on five threads keep every order's chain whole on a tape that is always nearly full") {
  constexpr unsigned order_count = 20'000;
  constexpr std::size_t slots = 1024;
  const runtime::SystemClock clock;
  tape::Tape tape(slots, slots / 2);
  std::array<runtime::FutexParker, saga::handlers> parkers;
  std::array<std::unique_ptr<orders::TaskInbox>, saga::handlers> boxes;
  handlers::Inboxes inboxes{};
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    boxes[i] = std::make_unique<orders::TaskInbox>(order_count, 8, parkers[i]);
    inboxes[i] = boxes[i].get();
    tape.room().wake_on_return(parkers[i]);
  }
  SentAtOnce mailer(*boxes[4]);
  handlers::OrderHandler order;
  handlers::PaymentHandler payment;
  handlers::InventoryHandler inventory;
  inventory.load("sku-0", 1'000'000);
  handlers::ShippingHandler shipping;
  handlers::NotificationHandler notification(mailer, {}, clock.now());
  std::array<handlers::Handler*, saga::handlers> all{&order, &payment, &inventory, &shipping, &notification};
  std::vector<std::unique_ptr<handlers::Stage>> stages;
  std::vector<std::unique_ptr<runtime::Worker>> workers;
  for (std::size_t i = 0; i < all.size(); ++i) {
    stages.push_back(std::make_unique<handlers::Stage>(*all[i], tape, inboxes));
    workers.push_back(std::make_unique<runtime::Worker>(std::string{stages[i]->name()}, std::nullopt,
                                                        runtime::Idle::park, clock, parkers[i],
                                                        std::vector<runtime::Agent*>{stages[i].get()}));
    workers[i]->start();
  }

  // This thread is the reactor: it admits, reads the tape, and lets at-ack tokens through.
  orders::TaskInbox::Producer arrivals(*boxes[0]);
  orders::TaskInbox::Producer acks(*boxes[4]);
  std::map<const tape::Record*, std::uint32_t> steps;
  unsigned admitted = 0;
  unsigned completed = 0;
  tape::Index read = 0;
  bool in_order = true;
  while (completed < order_count) {
    if (admitted < order_count && tape.room().take_for_intake()) {
      arrivals.push({tape::Record::create(tests::make_order(++admitted).order), tape::TaskKind::arrival, 0});
    }
    if (!tape.published(read)) {
      std::this_thread::yield();
      continue;
    }
    const tape::Event event = tape.event(read);
    in_order = in_order && event.step == ++steps[event.record];
    if (event.at_ack == saga::HandlerId::notification) acks.push({event.record, tape::TaskKind::token, 0});
    tape.stored.move(++read);
    tape.room().give(1);
    if (saga::ended(event.state)) {
      in_order = in_order && event.step == 5;
      steps.erase(event.record);
      tape::Record::destroy(event.record);
      ++completed;
    }
  }
  for (auto& worker : workers) worker->stop();
  REQUIRE(in_order);
  REQUIRE(tape.room().free() == slots);
  REQUIRE(tape.claimed() == 5U * order_count);
}
