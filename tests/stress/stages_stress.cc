// The five stages on five real threads, joined by their inboxes, appending to one tape: every order's events
// must come out complete, gap-free and in order, with room short most of the time.
#include <map>
#include <thread>

#include "tests/catch.h"
#include "tests/stress/threads.h"
#include "tests/world/make_order.h"

TEST_CASE("five stages on five threads keep every order's chain whole on a tape that is always nearly full") {
  constexpr unsigned order_count = 20'000;
  constexpr std::size_t slots = 1024;
  stress::Threads threads(order_count, slots, slots / 2);
  tape::Tape& tape = threads.partition.tape;
  orders::Dispatch& dispatch = threads.partition.dispatch;

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
  threads.stop();
  REQUIRE(in_order);
  REQUIRE(tape.room().free() == slots);
  REQUIRE(tape.claimed() == 5U * order_count);
}
