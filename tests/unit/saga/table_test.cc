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

TEST_CASE("every pair has an answer, and only rows apply") {
  std::size_t applied = 0;
  for (std::size_t s = 0; s < saga::states; ++s) {
    for (std::size_t e = 0; e < saga::event_kinds; ++e) {
      if (saga::matrix[s][e].verdict == Verdict::apply) ++applied;
    }
  }
  REQUIRE(applied == saga::rows.size());
}

namespace {

/// What an order has come through, written down without the table.
struct Way {
  State state = State::none;
  int charged = 0, taken = 0, parked = 0;
  bool shipped = false, turned = false, told = false;
};

/// Another mail may be asked for, as often as one likes; sent or given up, the order is what it was.
void walk_to_another_mail(State ended) {
  const saga::Transition& asked = saga::advance(ended, EventKind::MailRequested);
  REQUIRE(asked.verdict == Verdict::apply);
  REQUIRE(asked.when == saga::HandOn::at_ack);
  REQUIRE(saga::name(asked.to) == saga::name(ended));
  std::size_t ways = 0;
  for (std::size_t e = 0; e < saga::event_kinds; ++e) {
    const saga::Transition& back = saga::advance(asked.to, static_cast<EventKind>(e));
    if (back.verdict != Verdict::apply) continue;
    REQUIRE(back.to == ended);
    ++ways;
  }
  REQUIRE(ways == 2);
}

/// Walks every way on from `way`; returns how many come to an end.
int walk(Way way, EventKind event);

int walk_on(const Way& way) {
  if (saga::ended(way.state)) {
    walk_to_another_mail(way.state);
    const bool completed = way.state == State::completed;
    REQUIRE(way.told);
    REQUIRE(way.shipped == completed);
    REQUIRE(way.turned != completed);
    REQUIRE(way.charged == (completed ? 1 : 0));
    REQUIRE(way.taken == (completed ? 1 : 0));
    return 1;
  }
  int ways = 0;
  for (std::size_t e = 0; e < saga::event_kinds; ++e) {
    const auto event = static_cast<EventKind>(e);
    if (saga::advance(way.state, event).verdict == Verdict::apply) ways += walk(way, event);
  }
  REQUIRE((ways > 0 || way.parked > 2));
  return ways;
}

int walk(Way way, EventKind event) {
  switch (event) {
    case EventKind::PaymentConfirmed:
      ++way.charged;
      break;
    case EventKind::PaymentRefunded:
      REQUIRE(way.taken == 0);  // undone in reverse
      REQUIRE(--way.charged == 0);
      break;
    case EventKind::InventoryUpdated:
      ++way.taken;
      break;
    case EventKind::InventoryReleased:
      REQUIRE(--way.taken == 0);
      break;
    case EventKind::ShippingConfirmed:
      REQUIRE_FALSE(way.turned);
      way.shipped = true;
      break;
    case EventKind::PaymentNotAuthorized:
    case EventKind::InventoryInsufficient:
    case EventKind::ShippingFailed:
    case EventKind::OrderCancelRequested:
      REQUIRE_FALSE((way.turned || way.shipped));
      way.turned = true;
      break;
    case EventKind::OrderParked:
      if (++way.parked > 2) return 0;  // no end of ways else
      break;
    case EventKind::NotificationSent:
    case EventKind::NotificationFailed:
      REQUIRE_FALSE(way.told);
      way.told = true;
      break;
    default:
      break;
  }
  way.state = saga::advance(way.state, event).to;
  return walk_on(way);
}

}  // namespace

TEST_CASE(
    "on every way through the table an order is told once, and a cancelled one has everything undone in "
    "reverse") {
  // Declined or cancelled before the payment; and, each with no, one or two times parked: out of stock or
  // cancelled before the goods were taken; not shipped or cancelled after. Each with the mail sent or not.
  REQUIRE(walk_on({}) == 2 * (1 + 2 + 3 * 2 + 3 * 2));
}

TEST_CASE("what may lie behind an order is a duplicate, what cannot is refused") {
  REQUIRE(saga::advance(State::refunding, EventKind::PaymentConfirmed).verdict == Verdict::duplicate);
  REQUIRE(saga::advance(State::refunding, EventKind::ShippingConfirmed).verdict == Verdict::refuse);
  REQUIRE(saga::advance(State::completed_mailing, EventKind::MailRequested).verdict == Verdict::duplicate);
  REQUIRE(saga::advance(State::shipped, EventKind::MailRequested).verdict == Verdict::refuse);
  REQUIRE(saga::advance(State::placed, EventKind::ShippingConfirmed).verdict == Verdict::refuse);
  REQUIRE(saga::advance(State::shipped, EventKind::OrderCancelRequested).verdict == Verdict::refuse);
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
