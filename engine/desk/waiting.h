// One request on its way to its answer. All kinds of requests share one idea: look at what is known, then
// answer, or say what to wait for; when that has come, look again.
//
//   look_up(id) ─▶ memory, else the store, then memory again ─▶ looked_up ─┬─▶ answer
//                            ┌────── an event of it is acked ◀──── await ──┤
//                            └─▶ acked ─▶ …                                │
//               spilled, and now in memory again ◀─────────── await_return ┘
//                 └─▶ as if it had been awaited
//               ended, and now stored: look_up again ◀─────── the same
//   its time is up ─▶ late ─▶ answer
//
// What the store answers may be older than a batch whose result has not come (engine/ports.h), and somebody may have
// placed the order since: hence memory again.
//
// Thread: the reactor's. Invariants: its client is answered once, or has it forgotten, and then it gives
// itself back; while it awaits a record's events, that record is live (it stops at the latest at the last
// event). Bounds: one a request.
#pragma once

#include <string_view>

#include "engine/desk/answer.h"
#include "engine/desk/dependencies.h"
#include "engine/runtime/timers.h"
#include "engine/tape/event.h"
#include "engine/tape/record.h"

namespace desk {

/// Who has an order.
struct Whereabouts {
  enum class At : std::uint8_t {
    live,
    finished,
    store,
    nowhere,
    unknown,  // not in memory, and the store does not say
  };
  At at = At::unknown;
  tape::Record* record = nullptr;  // live
  std::string_view document{};     // finished, or in the store
  std::string_view seen{};         // finished: codec::render_seen
};

class Waiting : protected engine::Store::DocumentListener,
                private orders::ReturnListener,
                private tape::Waiter,
                private runtime::Timer {
 public:
  bool active() const { return client_ != nullptr; }
  /// Its client is gone.
  void forget() { release(); }
  /// Nothing more will be acked, or found.
  void give_up();

 protected:
  explicit Waiting(const Dependencies& with) : with_(with) {}
  void begin(Client& client, const Deadlines& deadlines);

  /// Each ends in looked_up(), at once or later.
  void look_up(const saga::OrderId& id);
  void ask_store(const saga::OrderId& id);
  /// The orders of a reference that the store has; ends in looked_up_reference(), at once or later.
  void ask_store(std::string_view reference, std::uint64_t before, std::size_t limit);
  /// False: it is not in memory, and nothing was called.
  bool look_into_memory(const saga::OrderId& id);
  void await(tape::Record& record, engine::Time until);
  void await_return(const saga::OrderId& id, engine::Time until);
  void wait_until(engine::Time until) { with_.timers.arm(*this, until); }
  /// The same, and what it keeps counts.
  void keep_waiting(engine::Time until) {
    wait_until(until);
    client_->holds(held());
  }
  void stop_waiting() { with_.timers.cancel(*this); }

  /// The last thing it does.
  void answer(const Answer& answer);
  void not_taken(std::string_view cause) { answer({.outcome = Outcome::not_taken, .cause = cause}); }

  /// Bytes that it keeps.
  virtual std::size_t held() const { return 0; }
  virtual void looked_up(const Whereabouts& order) = 0;
  /// As engine::Store::find_reference answers.
  virtual void looked_up_reference(Found, std::string_view) {}
  void acked(const tape::Record&, const tape::Event&) override {}
  virtual void late() {}
  /// This engine cannot go on: it was asking the store, or waited.
  virtual void cut_short() { not_taken(cause::gone); }
  virtual void cut_off() { late(); }

  const Dependencies& with_;
  Deadlines deadlines_{};
  tape::Record* record_ = nullptr;  // whose events it awaits

 private:
  /// Its own part is empty again, and another request may have it.
  virtual void given_back() = 0;
  Client& release();
  void begin_asking();
  void stop_asking();
  void found(Found found, std::string_view document) final;
  void returned(tape::Record& record) final;
  void stored() final;
  void fire(engine::Time now) final;

  Client* client_ = nullptr;
  saga::OrderId sought_{};  // asked for, or away
  bool asking_ = false;     // the store,
  bool reference_ = false;  // about a reference
  bool returning_ = false;  // it awaits the return
};

}  // namespace desk
