// Watches one engine and throws a Violation as soon as it breaks a promise. It reads the log through the
// naive model up to what the engine has released; the engine must agree with it.
//
// Invariants it holds the engine to, after every step: one token an order (its events follow each other, on
// the tape already); cursors in order; room conserved; a released event is acked, valid, and lies where the
// engine says, so that a replaced engine releases nothing behind its replacement; nothing is shipped that its
// customer had cancelled before; an order is resumed at most as often as somebody asked; nobody outside is called for a
// turn whose event it has not seen acked.
#pragma once

#include <map>

#include "tests/sim/books.h"
#include "tests/sim/engine.h"
#include "tests/sim/model.h"

namespace sim {

class Audit final : public engine::AckedListener, public MailWatcher, public CallWatcher {
 public:
  Audit(Books& books, const Settings& settings)
      : seen(books.log.anew()), books_(books), settings_(settings) {}

  /// A new engine has been built, on what the log says up to its opening; nothing of it has run.
  void watch(Engine& engine);
  /// Cheap, after every step.
  void check();

  /// Somebody outside is being told of the event at this offset; the rest of its batch follows.
  void told_of(tape::Offset offset) { books_.advance(seen, seen_next_, offset); }

  // --- Watching.
  void released(tape::Index end) override;
  void submitted(const engine::Mail& mail) override;
  void called(const engine::Call& call) override;

  Model seen;
  bool trace = false;

 private:
  struct OnTape {
    std::uint32_t step = 0;
    std::uint64_t resumes = 0;
  };

  std::uint64_t unplaced() const { return engine_->dispatch.let_in() - placed_; }
  void read_tape();
  void check_event(const tape::Event& event);
  void check_attempts(const tape::Event& event, const std::string& what) const;
  OnTape& on_tape(const saga::OrderId& id);

  Books& books_;
  const Settings& settings_;
  Engine* engine_ = nullptr;
  tape::Offset seen_next_ = 0;
  tape::Index tape_next_ = 0, released_next_ = 0;
  std::uint64_t placed_ = 0;  // orders and stock changes on the tape, of those let in with their room
  std::map<saga::OrderId, OnTape> orders_;
};

}  // namespace sim
