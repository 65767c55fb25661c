#include "engine/saga/table.h"

#include <fstream>
#include <sstream>

#include "tests/catch.h"

using saga::Capture;
using saga::EventKind;
using saga::HandlerId;
using saga::State;
using saga::Turn;
using saga::Verdict;

namespace {
constexpr std::array both_captures{Capture::at_once, Capture::with_shipment};
}

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
    const saga::Transition& transition = saga::advance(state, path[i], Capture::at_once);
    REQUIRE(transition.verdict == Verdict::apply);
    REQUIRE(saga::Outside{}.waits_for_ack(transition.next) == (path[i] == EventKind::ShippingConfirmed));
    state = transition.to;
    holder = transition.next;
  }
  REQUIRE(state == State::completed);
  REQUIRE(holder == HandlerId::nobody);
}

TEST_CASE("whose work is done outside is given an order at the ack") {
  saga::Outside outside;
  outside.of(HandlerId::payment) = true;
  REQUIRE(outside.waits_for_ack(HandlerId::payment));
  REQUIRE(outside.waits_for_ack(HandlerId::notification));
  REQUIRE_FALSE(outside.waits_for_ack(HandlerId::shipping));
  REQUIRE_FALSE(outside.waits_for_ack(HandlerId::nobody));
}

TEST_CASE("every pair has an answer, and only rows apply") {
  for (const Capture capture : both_captures) {
    std::size_t applied = 0, rows = 0;
    for (std::size_t s = 0; s < saga::states; ++s) {
      for (std::size_t e = 0; e < saga::event_kinds; ++e) {
        if (saga::advance(static_cast<State>(s), static_cast<EventKind>(e), capture).verdict ==
            Verdict::apply)
          ++applied;
      }
    }
    for (const saga::Row& row : saga::rows) rows += row.holds(capture) ? 1U : 0U;
    REQUIRE(applied == rows);
  }
}

namespace {

/// What an order has come through, written down without the table.
struct Way {
  Capture capture = Capture::at_once;
  State state = State::none;
  int charged = 0, taken = 0, parked = 0;
  // What was done, though nobody knows, counts as done until it is undone.
  bool shipped = false, recalling = false, turned = false, captured = false, told = false;
};

/// Another mail may be asked for, as often as one likes; sent or given up, the order is what it was.
void walk_to_another_mail(State ended) {
  const saga::Transition& asked = saga::advance(ended, EventKind::MailRequested, Capture::at_once);
  REQUIRE(asked.verdict == Verdict::apply);
  REQUIRE(asked.next == HandlerId::notification);
  REQUIRE(saga::name(asked.to) == saga::name(ended));
  std::size_t ways = 0;
  for (std::size_t e = 0; e < saga::event_kinds; ++e) {
    const saga::Transition& back = saga::advance(asked.to, static_cast<EventKind>(e), Capture::at_once);
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
    REQUIRE_FALSE(way.recalling);
    REQUIRE(way.captured == (completed && way.capture == Capture::with_shipment));
    REQUIRE(way.charged == (completed ? 1 : 0));
    REQUIRE(way.taken == (completed ? 1 : 0));
    return 1;
  }
  int ways = 0;
  for (std::size_t e = 0; e < saga::event_kinds; ++e) {
    const auto event = static_cast<EventKind>(e);
    if (saga::verdict(way.state, event) == Verdict::apply) ways += walk(way, event);
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
    case EventKind::PaymentUnresolved:
      REQUIRE_FALSE((way.turned || way.shipped));
      ++way.charged;
      way.turned = true;
      break;
    case EventKind::PaymentCaptured:
      REQUIRE((way.shipped && !way.captured));
      way.captured = true;
      break;
    case EventKind::InventoryUpdated:
      ++way.taken;
      break;
    case EventKind::InventoryUnresolved:
      REQUIRE_FALSE((way.turned || way.shipped));
      ++way.taken;
      way.turned = true;
      break;
    case EventKind::InventoryReleased:
      REQUIRE_FALSE(way.recalling);  // undone in reverse
      REQUIRE(--way.taken == 0);
      break;
    case EventKind::ShippingUnresolved:
      REQUIRE_FALSE((way.turned || way.shipped));
      way.recalling = way.turned = true;
      break;
    case EventKind::ShippingRecalled:
      REQUIRE(way.recalling);
      way.recalling = false;
      break;
    case EventKind::ShippingConfirmed:
      REQUIRE(way.turned == way.recalling);  // too late to be recalled: it goes on forwards
      way.recalling = way.turned = false;
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
  way.state = saga::advance(way.state, event, way.capture).to;
  return walk_on(way);
}

}  // namespace

TEST_CASE(
    "on every way through the table an order is told once, and a cancelled one has everything undone in "
    "reverse") {
  for (const Capture capture : both_captures) REQUIRE(walk_on({.capture = capture}) > 100);
}

TEST_CASE("what may lie behind an order is a duplicate, what cannot is refused") {
  REQUIRE(saga::verdict(State::refunding, EventKind::PaymentConfirmed) == Verdict::duplicate);
  REQUIRE(saga::verdict(State::refunding, EventKind::ShippingConfirmed) == Verdict::refuse);
  REQUIRE(saga::verdict(State::completed_mailing, EventKind::MailRequested) == Verdict::duplicate);
  REQUIRE(saga::verdict(State::shipped, EventKind::MailRequested) == Verdict::refuse);
  REQUIRE(saga::verdict(State::placed, EventKind::ShippingConfirmed) == Verdict::refuse);
  REQUIRE(saga::verdict(State::shipped, EventKind::OrderCancelRequested) == Verdict::refuse);
}

TEST_CASE("a turn is that of the state, and a parked order has one that waits for a person") {
  for (std::size_t i = 0; i < saga::turns; ++i) {
    const auto turn = static_cast<Turn>(i);
    const saga::TurnRules& rules = saga::rules_of(turn);
    REQUIRE(saga::turn_of(rules.state) == turn);
    REQUIRE(saga::find_turn(saga::name(turn)) == turn);
    REQUIRE(saga::name(turn).starts_with(saga::name(rules.handler)));
    if (rules.undoes != Turn::none) REQUIRE(saga::handler_of(rules.undoes) == rules.handler);
  }
  for (std::size_t s = 0; s < saga::states; ++s) {
    const auto state = static_cast<State>(s);
    REQUIRE((saga::parked_turn(state) != Turn::none) == saga::parked(state));
    if (!saga::parked(state)) continue;
    REQUIRE(saga::turn_of(state) == Turn::none);
    const Turn turn = saga::parked_turn(state);
    REQUIRE(saga::turn_of(saga::advance(state, EventKind::OrderResumed, Capture::at_once).to) == turn);
    for (const EventKind answer : saga::answers(turn))
      REQUIRE(saga::verdict(state, answer) == Verdict::apply);
  }
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
