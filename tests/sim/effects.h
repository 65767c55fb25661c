// What somebody outside has done for the engines: the books of payment, inventory and shipping of one shop, each effect
// under its key. Outlives the engines. It keeps what the contract asks of a participant: a key's second call gets the
// first one's answer, an undo of a key that it never saw is done, and that key is refused from then on.
//
// Invariants it holds the engines to: a key is called for with the same bytes by every engine; an undo names the key of
// what it undoes; at the end, what the log says of an order has been done, and nothing else (effects_check.cc).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ports.h"
#include "tests/sim/faults.h"
#include "tests/sim/model.h"

namespace sim {

class Effects {
 public:
  struct Request {
    saga::Turn turn = saga::Turn::none;
    std::string key, body;
  };

  explicit Effects(Random& random) : random_(random) {}

  /// An engine lets go of a call.
  void called(const engine::Call& call);
  /// A request has come; what is answered to it.
  tape::Answer arrive(const Request& request, Faults& faults);
  /// A person has settled the turn of a parked order; what they say.
  tape::Answer settle(const saga::OrderId& id, saga::Turn turn);
  /// One that was to be answered later has been decided: what whoever had promised says of themselves.
  std::optional<tape::Answer> call_back(const saga::OrderId& id, saga::Turn turn, Faults& faults);

  /// Nobody waits for it, and it may still arrive.
  void leave_on_the_wire(Request request) { wire_.push_back(std::move(request)); }
  /// One of those arrives, or never will.
  void turn(Faults& faults);
  void cut() { wire_.clear(); }

  /// When nothing is under way.
  void check(const Model& log, const Model::Outside& outside) const;

  double refused_rate = 0;  // of what is asked for forwards

 private:
  struct Effect {
    std::string body;  // of the first call
    std::optional<tape::Answer> answer;
    bool done = false;
    bool undone = false;    // or never to be done
    unsigned promises = 0;  // so often more they say "later"
    bool asked = false;
  };
  tape::Answer decide(Effect& effect, const std::string& key, saga::Turn turn, Faults* faults);
  void undo(Effect& effect, const std::string& target, saga::Turn turn, Faults* faults);
  bool holds(std::string_view id, saga::Turn turn) const;
  void check_order(std::string_view id, const Model::Order& order, const Model::Outside& outside) const;

  Random& random_;
  std::map<std::string, Effect, std::less<>> effects_;
  std::vector<Request> wire_;
  unsigned numbers_ = 0;
};

/// "<orderId>.<turn>"
std::string effect_key(std::string_view order, saga::Turn turn);

}  // namespace sim
