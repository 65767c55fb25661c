#include "engine/saga/table.h"

#include <fstream>
#include <sstream>

#include "tests/catch.h"

using saga::EventKind;
using saga::HandlerId;
using saga::State;
using saga::Verdict;

TEST_CASE("the table is what its golden file says") {
  std::ifstream file("tests/unit/saga/table.golden");
  std::stringstream golden;
  golden << file.rdbuf();
  REQUIRE(saga::print_table() == golden.str());
}

TEST_CASE("the happy path is the five events in their order, and only shipping's token waits for the ack") {
  State state = State::none;
  HandlerId holder = HandlerId::order;
  const EventKind path[] = {EventKind::OrderPlaced, EventKind::PaymentConfirmed, EventKind::InventoryUpdated,
                            EventKind::ShippingConfirmed, EventKind::NotificationSent};
  const HandlerId line[] = {HandlerId::order, HandlerId::payment, HandlerId::inventory, HandlerId::shipping,
                            HandlerId::notification};
  for (std::size_t i = 0; i < 5; ++i) {
    REQUIRE(holder == line[i]);
    const saga::Transition& transition = saga::advance(state, path[i]);
    REQUIRE(transition.verdict == Verdict::apply);
    REQUIRE((transition.when == saga::HandOn::at_ack) == (path[i] == EventKind::ShippingConfirmed));
    state = transition.to;
    holder = transition.next;
  }
  REQUIRE(state == State::completed);
  REQUIRE(holder == HandlerId::nobody);
}

TEST_CASE("whatever has no row is refused") {
  std::size_t applied = 0;
  for (std::size_t s = 0; s < saga::states; ++s) {
    for (std::size_t e = 0; e < saga::event_kinds; ++e) {
      if (saga::matrix[s][e].verdict == Verdict::apply) ++applied;
    }
  }
  REQUIRE(applied == saga::rows.size());
}

TEST_CASE("every name is found again") {
  for (std::size_t e = 0; e < saga::event_kinds; ++e) {
    const auto kind = static_cast<EventKind>(e);
    REQUIRE(saga::find_event_kind(saga::name(kind)) == kind);
  }
  for (std::size_t s = 1; s < saga::states; ++s) {
    const auto state = static_cast<State>(s);
    REQUIRE(saga::name(saga::find_state(saga::name(state)).value()) == saga::name(state));
  }
  REQUIRE_FALSE(saga::find_state(""));
  REQUIRE_FALSE(saga::find_event_kind("orderplaced"));
}
