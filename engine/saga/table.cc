#include "engine/saga/table.h"

namespace saga {
namespace {

/// The status outside, and for states that have none of their own a word in brackets.
std::string label(State state) {
  switch (state) {
    case State::none:
      return "(none)";
    case State::undone:
      return "(undone)";
    case State::capturing:
      return "(shipped, capturing)";
    case State::parked_capturing:
      return "(parked, capturing)";
    case State::parked_recalling:
      return "(parked, recalling)";
    case State::parked_releasing:
      return "(parked, releasing)";
    case State::parked_refunding:
      return "(parked, refunding)";
    default:
      break;
  }
  const std::string status{name(state)};
  return mailing_again(state) ? "(" + status + ", mailing)" : status;
}

/// "inventory, ahead or at ack": it depends on who does its work.
std::string handed_on(HandlerId next) {
  if (next == HandlerId::nobody) return "nobody";
  Outside all;
  all.of(next) = true;
  if (next == HandlerId::order) return "order, ahead";
  std::string text{name(next)};
  text += Outside{}.waits_for_ack(next) ? ", at ack" : all.waits_for_ack(next) ? ", ahead or at ack" : "";
  return text;
}

std::string line(State state, EventKind event, const Transition& transition, std::string_view condition) {
  std::string out = label(state) + " + ";
  out += name(event);
  if (transition.verdict != Verdict::apply)
    return out + (transition.verdict == Verdict::refuse ? " = refuse\n" : " = duplicate\n");
  out += " = " + label(transition.to) + ", " + handed_on(transition.next);
  if (const Turn turn = turn_of(transition.to); turn != Turn::none) {
    out += ", turn ";
    out += name(turn);
  }
  return out.append(condition).append("\n");
}

}  // namespace

std::string print_table() {
  std::string out;
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < event_kinds; ++e) {
      const auto state = static_cast<State>(s);
      const auto event = static_cast<EventKind>(e);
      const Transition& at_once = advance(state, event, Capture::at_once);
      const Transition& with_shipment = advance(state, event, Capture::with_shipment);
      const bool same = at_once.to == with_shipment.to && at_once.next == with_shipment.next;
      out += line(state, event, at_once, same ? "" : " (captured at once)");
      if (!same) out += line(state, event, with_shipment, " (captured with shipment)");
    }
  }
  return out;
}

}  // namespace saga
