// Everybody who talks to the engine: they place orders, send the same again or another under the same id, ask
// for one or for a page, cancel, send a parked one on, want a mail again, set stock. Each goes to the desk (engine/desk),
// as one over HTTP does, and waits for its one answer.
//
// Invariants: each request has exactly one answer, which the log bears out (clients_check.cc), or its engine
// has gone.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "engine/runtime/clock.h"
#include "tests/sim/audit.h"
#include "tests/sim/engine.h"
#include "tests/world/make_order.h"

namespace sim {

class Clients {
 public:
  enum class Kind : std::uint8_t { place, get, list, cancel, retry, mail, stock, answer };

  Clients(Books& books, Random& random, const runtime::ManualClock& clock)
      : books_(books), random_(random), clock_(clock) {}

  /// From now on their requests go to this one.
  void talk_to(Engine& engine, Audit& audit) {
    engine_ = &engine;
    audit_ = &audit;
  }

  /// One request of some kind about some order, up to `orders` different ones.
  void ask(unsigned orders);
  void retry(const saga::OrderId& id);
  void set_stock(std::string_view sku, const tape::StockRequest& wanted);
  /// What somebody outside says of a turn.
  void answer(const saga::OrderId& id, const desk::AnswerRequest& wanted);
  /// The engine has gone: whoever waits for it has no answer.
  void lost(Engine& engine);

  std::size_t waiting() const { return waiting_.size(); }
  /// For an answer of this one's.
  std::size_t waiting(const Engine& engine) const;
  std::size_t asked() const { return requests_.size(); }
  /// When nothing is under way: every answer agrees with the log.
  void check_all() const;

  bool trace = false;

 private:
  struct Request final : desk::Client {
    Request(Clients& of, Kind what, const saga::OrderId& about)
        : clients(of), engine(*of.engine_), audit(*of.audit_), kind(what), id(about) {}
    void answered(const desk::Answer& with) override { clients.answered(*this, with); }

    Clients& clients;
    Engine& engine;  // while it waits
    Audit& audit;
    const Kind kind;
    const saga::OrderId id;
    unsigned number = 0, body = 0;
    saga::EventKind said{};               // of an answer,
    bool in_turn = false;                 // and whether it may become an event
    std::optional<desk::Outcome> answer;  // of one that has ended; nothing: its engine has gone
    bool ended = false;
  };
  struct Draft {
    saga::Order order;
    std::vector<saga::Line> lines;
    std::string email;
  };

  Request& add(Kind kind, const saga::OrderId& id);
  void place(unsigned number, unsigned body, bool own_id);
  void get(const saga::OrderId& id);
  void list();
  void cancel(const saga::OrderId& id);
  void mail_again(const saga::OrderId& id);
  desk::Deadlines deadlines() const;

  void answered(Request& request, const desk::Answer& answer);
  void end(Request& request);
  void check_answer(const Request& request, const desk::Answer& answer) const;
  void check_page(const desk::Answer& answer) const;

  Draft draft(unsigned number, unsigned body) const;
  static void say_more(saga::Order& order, std::uint64_t choice);
  static saga::Digest hash(unsigned number, unsigned body);

  Books& books_;
  Random& random_;
  const runtime::ManualClock& clock_;
  Engine* engine_ = nullptr;
  Audit* audit_ = nullptr;
  unsigned placed_ = 0;  // orders so far
  std::deque<Request> requests_;
  std::vector<Request*> waiting_;
};

}  // namespace sim
