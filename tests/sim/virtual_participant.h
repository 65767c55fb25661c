// One engine's way to whoever does a handler's work outside, as engine::Participant. Calls wait here until the world lets
// them leave and be answered, in any order; what they have done outlives the engine (effects.h). One that its engine has
// left behind, by dying or by withdrawing it, may still have its effect, at any later time.
//
// Invariants, held at every call: the event that gives the turn is acked, and this engine has seen that; those of
// Effects::called.
#pragma once

#include <optional>
#include <vector>

#include "engine/orders/inboxes.h"
#include "engine/ports.h"
#include "tests/sim/effects.h"

namespace sim {

/// Sees a call when the engine lets go of it.
class CallWatcher {
 public:
  virtual ~CallWatcher() = default;
  virtual void called(const engine::Call& call) = 0;
};

class VirtualParticipant final : public engine::Participant {
 public:
  /// `away`: no call reaches it; `waiting_max`: so many calls wait here.
  VirtualParticipant(Effects& effects, orders::TaskInbox& inbox, CallWatcher& watcher, const bool& away,
                     std::size_t waiting_max)
      : effects_(effects), watcher_(watcher), to_(inbox), away_(away), waiting_max_(waiting_max) {}
  ~VirtualParticipant() override;

  bool ask(engine::Call call) override;
  bool withdraw(std::uint64_t id) override;

  /// One turn of it; how much happened.
  int turn(Faults& faults, Random& random);
  /// The oldest call, by one without faults.
  void answer_calmly(Faults& faults);
  bool waits() const { return !calls_.empty(); }

 private:
  struct Open {
    std::uint64_t id = 0;
    Effects::Request request;
    bool sent = false;
    std::optional<tape::Answer> answer{};  // on its way
  };
  tape::Answer hear(Open& call, Faults& faults, Random& random);
  void answer(std::size_t index, tape::Answer with);

  Effects& effects_;
  CallWatcher& watcher_;
  orders::TaskInbox::Producer to_;
  const bool& away_;
  const std::size_t waiting_max_;
  std::vector<Open> calls_;
  std::uint64_t stalled_ = 0;  // for as many turns
};

}  // namespace sim
