// The five stages on five real threads, joined by their inboxes, appending to one tape: every order's events
// must come out complete, gap-free and in order, with room short most of the time.
#include <array>
#include <map>
#include <memory>
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

TEST_CASE("five stages on five threads keep every order's chain whole on a tape that is always nearly full") {
  constexpr unsigned order_count = 20'000;
  constexpr std::size_t slots = 1024;
  const runtime::SystemClock clock;
  tape::Tape tape(slots, slots / 2);
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
  handlers::PaymentHandler payment;
  handlers::InventoryHandler inventory;
  inventory.set("sku-0", 1'000'000);
  handlers::ShippingHandler shipping;
  orders::TaskInbox backlog(1, 1, parkers[0]);
  handlers::NotificationHandler notification(mailer, {}, clock.now(), backlog);
  handlers::Line line({&order, &payment, &inventory, &shipping, &notification}, {}, tape, inboxes,
                      clock.now());
  std::vector<std::unique_ptr<runtime::Worker>> workers;
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    runtime::Agent& stage = line.stage(i);
    workers.push_back(std::make_unique<runtime::Worker>(std::string{stage.name()}, std::nullopt,
                                                        runtime::Idle::park, clock, parkers[i],
                                                        std::vector<runtime::Agent*>{&stage}));
    workers[i]->start();
  }

  // This thread is the reactor: it admits, reads the tape, and lets at-ack tokens through.
  std::map<const tape::Record*, std::uint32_t> steps;
  unsigned admitted = 0;
  unsigned completed = 0;
  tape::Index read = 0;
  bool in_order = true;
  while (completed < order_count) {
    if (admitted < order_count && tape.room().take_for_intake()) {
      dispatch.arrive(*tape::Record::create(tests::make_order(++admitted).order));
      dispatch.hand_over();
    }
    if (!tape.published(read)) {
      std::this_thread::yield();
      continue;
    }
    const tape::Event event = tape.event(read);
    in_order = in_order && event.step == ++steps[event.record];
    if (event.at_ack != saga::HandlerId::nobody) dispatch.hand_on(*event.record, event.at_ack);
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
