// Watches a world and throws a Violation as soon as a promise is broken. It reads the partition through the
// naive model three times: up to its end, up to what the engine has released, up to what Redis holds; the
// engine must agree with each.
//
// Invariants it holds the engine to, after every step: one token an order (its events follow each other, on
// the tape already); cursors in order; room conserved; a released event is acked, valid, and lies where the
// engine says; Redis is the fold of the log up to its checkpoint, which is acked; nothing is shipped that its
// customer had cancelled before; an order is resumed at most as often as somebody asked.
#pragma once

#include <deque>
#include <map>

#include "tests/sim/engine.h"
#include "tests/sim/model.h"

namespace sim {

class Audit final : public engine::AckedListener, public StoreWatcher, public MailWatcher {
 public:
  Audit(const Partition& partition, const Settings& settings)
      : Audit(partition, settings, settings.untracked == handlers::Untracked::accept) {}

  /// A new engine has been built; nothing of it has run.
  void watch(Engine& engine);
  /// Cheap, after every step.
  void check();
  /// Everything the log says and everything Redis has, when nothing is under way.
  void check_all(const Redis& redis);

  // --- What was let in, from the clients.
  void admitted() { ++unplaced_; }
  void asked_to_resume(const saga::OrderId& id) { ++orders_[id].resumes_allowed; }

  /// Somebody outside is being told of the event at this offset; the rest of its batch follows.
  void told_of(tape::Offset offset);

  // --- Watching.
  void released(tape::Index end) override;
  void applied(const engine::Store::Batch& batch) override;
  void submitted(const engine::Mail& mail) override;

  Model log, seen, stored;
  bool trace = false;

 private:
  Audit(const Partition& partition, const Settings& settings, bool untracked_accepted)
      : log(untracked_accepted),
        seen(untracked_accepted),
        stored(untracked_accepted),
        partition_(partition),
        settings_(settings),
        next_(partition.begin()),
        seen_next_(next_),
        stored_next_(next_) {}

  struct OnTape {
    std::uint32_t step = 0;
    saga::State state = saga::State::none;
    std::uint64_t resumes_allowed = 0, resumes = 0;
  };

  void read_log();
  void read_tape();
  void check_event(const tape::Event& event);
  void check_attempts(const tape::Event& event, const std::string& what) const;
  void advance(Model& model, tape::Offset& next, tape::Offset through);
  const RecordText* text(tape::Offset offset) const;

  const Partition& partition_;
  const Settings& settings_;
  std::deque<std::optional<RecordText>> texts_;  // of every record so far
  tape::Offset next_, seen_next_, stored_next_;

  Engine* engine_ = nullptr;
  tape::Index tape_next_ = 0, released_next_ = 0;
  std::size_t unplaced_ = 0;  // let in, with their room, and not yet on the tape
  std::map<saga::OrderId, OnTape> orders_;
};

}  // namespace sim
