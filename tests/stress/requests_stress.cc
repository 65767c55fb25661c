// Customers cancel while five threads work on their orders, and providers fail now and then: every order's
// chain stays whole and legal, an order is shipped or cancelled and never both, and every one ends.
#include <map>
#include <random>
#include <thread>

#include "tests/catch.h"
#include "tests/stress/threads.h"
#include "tests/world/make_order.h"

namespace {

using saga::EventKind;

struct Seen {
  std::uint32_t step = 0;
  bool shipped = false, cancel_requested = false, cancelled = false;
};

}  // namespace

TEST_CASE("a cancel and a shipment never both win, whoever runs when, and no request is lost") {
  constexpr unsigned order_count = 5'000;
  handlers::PartitionRules rules;
  rules.payment.transient_rate = 0.2;
  rules.payment.refund_transient_rate = 0.2;
  rules.shipping.transient_rate = 0.2;
  rules.shipping.latency = std::chrono::milliseconds{2};
  rules.retry.of(saga::HandlerId::payment) = rules.retry.of(saga::HandlerId::shipping) = {
      .attempts = 1000, .backoff = std::chrono::milliseconds{2}, .backoff_max = std::chrono::milliseconds{4}};
  stress::Threads threads(order_count, 4096, 1024, rules);
  tape::Tape& tape = threads.partition.tape;
  orders::Dispatch& dispatch = threads.partition.dispatch;

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
      if (live.count(one) != 0) sound = sound && dispatch.request(*one, tape::OrderRequest::cancel);
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
  threads.stop();
  for (tape::Record* record : ended) tape::Record::destroy(record);
  REQUIRE(sound);
  REQUIRE(cancels_won > 0);
  REQUIRE(threads.partition.stages.resting() == 0);
  REQUIRE(tape.room().free() == 4096);
}
