// Everybody who talks to the engine: they place orders, send the same again or another under the same id, ask
// for one, cancel it, send a parked one on, set stock. Each request takes the way that edge/http takes for it
// (memory, finished, Redis, admission; then the ack), and waits for its one answer.
//
// Invariants: each request has exactly one answer, which the log bears out (check_all), or its engine has
// gone.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/runtime/clock.h"
#include "tests/make_order.h"
#include "tests/sim/audit.h"
#include "tests/sim/engine.h"

namespace sim {

class Clients {
 public:
  enum class Kind : std::uint8_t { place, get, cancel, retry, stock };

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
  void set_stock(std::string sku, const tape::StockRequest& change);
  /// Deadlines; how many requests had one that passed.
  int tick();
  /// The engine has gone: whoever waits for it has no answer.
  void lost(Engine& engine);

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t asked() const { return requests_.size(); }
  /// When nothing is under way: every answer agrees with the log.
  void check_all() const;

  bool trace = false;

 private:
  struct Request final : tape::Waiter, tape::StockWaiter, engine::Store::DocumentListener {
    Request(Clients& of, Kind what, const saga::OrderId& about)
        : clients(of), engine(*of.engine_), audit(*of.audit_), kind(what), id(about) {}
    void acked(const tape::Record& of, const tape::Event& event) override { clients.acked(*this, of, event); }
    void acked(const tape::StockChange&) override { clients.answer(*this, 200); }
    void found(Found found, std::string_view document) override { clients.looked_up(*this, found, document); }

    Clients& clients;
    Engine& engine;  // while it waits
    Audit& audit;
    const Kind kind;
    const saga::OrderId id;
    unsigned number = 0, body = 0;
    bool looking = false;
    bool from_store = false;  // the answer follows from what Redis has
    tape::Record* record = nullptr;
    tape::StockChange* change = nullptr;
    runtime::Time deadline{};
    int answered = 0;  // the status, or no_answer
  };
  struct Draft {
    saga::Order order;
    std::vector<saga::Line> lines;
    std::string email;
  };

  Request& add(Kind kind, const saga::OrderId& id);
  void place(unsigned number, unsigned body, bool own_id);
  bool settle_from_memory(Request& request);
  void replay(Request& request, std::string_view document);
  void admit(Request& request);
  void get(const saga::OrderId& id);
  void cancel(const saga::OrderId& id);
  void look_up(Request& request);
  void wait_for(Request& request, tape::Record& record);

  void acked(Request& request, const tape::Record& record, const tape::Event& event);
  void looked_up(Request& request, engine::Store::DocumentListener::Found found, std::string_view document);
  void answer(Request& request, int status);
  void check_answer(const Request& request) const;

  Draft draft(unsigned number, unsigned body) const;
  static void say_more(saga::Order& order, std::uint64_t choice);
  static saga::Digest hash(unsigned number, unsigned body);

  static constexpr int no_answer = -1;
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
