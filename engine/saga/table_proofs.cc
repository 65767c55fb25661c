// What is proved of the table when it is compiled.
#include "engine/saga/table.h"

namespace saga {
namespace {

/// Whether every state that can be entered has a way on to an end.
constexpr bool every_state_ends() {
  std::array<bool, states> ends{};
  for (std::size_t s = 0; s < states; ++s) ends[s] = ended(static_cast<State>(s));
  for (std::size_t round = 0; round < states; ++round) {
    for (const Row& row : rows) {
      if (ends[static_cast<std::size_t>(row.to)]) ends[static_cast<std::size_t>(row.from)] = true;
    }
  }
  for (const Row& row : rows) {
    if (!ends[static_cast<std::size_t>(row.to)] || !ends[static_cast<std::size_t>(row.from)]) return false;
  }
  return true;
}

constexpr bool each_pair_has_one_row() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[i].from != rows[j].from || rows[i].on != rows[j].on) continue;
      for (const Capture capture : {Capture::at_once, Capture::with_shipment}) {
        if (rows[i].holds(capture) && rows[j].holds(capture)) return false;
      }
    }
  }
  return true;
}

/// The verdict of a pair is the same for all orders.
constexpr bool verdicts_agree() {
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < event_kinds; ++e) {
      if (matrices[0][s][e].verdict != matrices[1][s][e].verdict) return false;
    }
  }
  return true;
}

/// An end is an end: nobody acts after it, and it is left only for another mail, which leads back to it.
constexpr bool ends_are_final() {
  for (const Row& row : rows) {
    if (ended(row.from) != (row.on == EventKind::MailRequested)) return false;
    if (ended(row.to) != (row.next == HandlerId::nobody)) return false;
    if (!mailing_again(row.to)) continue;
    for (const Row& back : rows) {
      if (back.from == row.to && back.to != row.from) return false;
    }
  }
  return true;
}

/// Whoever answers a turn says what the table has a row for; and the turn is that of whoever holds the order.
constexpr bool answers_have_rows() {
  for (const TurnRules& turn : turn_rules) {
    if (holder(turn.state) != turn.handler) return false;
    for (const EventKind answer : turn.answers) {
      if (verdict(turn.state, answer) != Verdict::apply) return false;
    }
    if (turn.unresolved && verdict(turn.state, *turn.unresolved) != Verdict::apply) return false;
  }
  return true;
}

static_assert(each_pair_has_one_row());
static_assert(every_state_ends());
static_assert(ends_are_final());
static_assert(verdicts_agree());
static_assert(answers_have_rows());

}  // namespace
}  // namespace saga
