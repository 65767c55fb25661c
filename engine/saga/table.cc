#include "engine/saga/table.h"

namespace saga {

std::string print_table() {
  std::string out;
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < event_kinds; ++e) {
      const Transition& t = matrix[s][e];
      out += s == 0 ? "none" : name(static_cast<State>(s));
      out += " + ";
      out += name(static_cast<EventKind>(e));
      if (t.verdict == Verdict::refuse) {
        out += " = refuse\n";
        continue;
      }
      out += " = ";
      out += name(t.to);
      out += ", ";
      out += name(t.next);
      out += t.when == HandOn::ahead ? ", ahead\n" : ", at ack\n";
    }
  }
  return out;
}

}  // namespace saga
