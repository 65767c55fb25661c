#include "engine/saga/table.h"

namespace saga {
namespace {

/// The status outside, and for states that have none of their own a word in brackets.
std::string label(State state) {
  if (state == State::none) return "(none)";
  if (state == State::undone) return "(undone)";
  const std::string status{name(state)};
  return mailing_again(state) ? "(" + status + ", mailing)" : status;
}

}  // namespace

std::string print_table() {
  std::string out;
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < event_kinds; ++e) {
      const Transition& t = matrix[s][e];
      out += label(static_cast<State>(s));
      out += " + ";
      out += name(static_cast<EventKind>(e));
      if (t.verdict != Verdict::apply) {
        out += t.verdict == Verdict::refuse ? " = refuse\n" : " = duplicate\n";
        continue;
      }
      out += " = ";
      out += label(t.to);
      out += ", ";
      out += name(t.next);
      out += t.when == HandOn::ahead ? ", ahead\n" : ", at ack\n";
    }
  }
  return out;
}

}  // namespace saga
