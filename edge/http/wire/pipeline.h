// The requests of one connection that are under way, and their answers in the order of the requests, whatever
// order they get ready in.
//
//   begin ─▶ [exchange][exchange][exchange] ─▶ out ─▶ socket
//              oldest: answers straight into out; the others keep their text until it is their turn
//
// Thread: the reactor's. Bounds: limits::pipelined exchanges.
// Invariants: every exchange is answered exactly once, or abandoned exactly once when its client is gone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "edge/http/wire/limits.h"
#include "edge/http/wire/problem.h"
#include "edge/http/wire/request.h"
#include "edge/http/wire/shared.h"

namespace http {

/// Whoever answers later.
class Pending {
 public:
  virtual ~Pending() = default;
  /// The client is gone; the exchange must not be touched any more.
  virtual void abandoned() = 0;
};

/// Whoever writes an answer without end.
class Follower : public Pending {
 public:
  /// The connection takes bytes, for the first time or again.
  virtual void writable() = 0;
};

/// Where a Follower writes.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// Returns how many bytes were taken; fewer than given: wait for writable().
  virtual std::size_t write(std::string_view bytes) = 0;
  /// The answer ends here, and the connection with it. Calls abandoned().
  virtual void finish() = 0;
};

struct Answer {
  int status = 200;
  std::string_view type = "application/json";
  std::string_view headers{};  // more of them, each with its CRLF
  std::string_view body{};
};

class Pipeline;

class Exchange {
 public:
  void answer(const Answer& answer);
  void refuse(const Problem& problem, std::string_view headers = {});
  /// It will be answered later.
  void answered_later_by(Pending& pending) { pending_ = &pending; }
  /// Whoever answers later keeps so many bytes for it until then.
  void hold(std::size_t bytes);
  /// An answer without end: only its head now, the rest through the outlet.
  void stream(std::string_view type, Follower& follower);
  Outlet& outlet();
  bool endless() const { return follower_ != nullptr; }

  void belongs_to(Tally::Group group) { group_ = group; }
  bool head_only() const { return head_only_; }

 private:
  friend class Pipeline;
  void render(const Answer& answer, bool without_end);
  void keep(std::size_t bytes);

  Pipeline* pipeline_ = nullptr;
  Pending* pending_ = nullptr;
  Follower* follower_ = nullptr;
  std::string text_;
  std::size_t held_ = 0;
  Tally::Group group_ = 0;
  bool ready_ = false;
  bool keep_alive_ = true;
  bool old_ = false;  // HTTP/1.0: keeping it is said
  bool head_only_ = false;
};

class Pipeline {
 public:
  /// The connection.
  class Owner : public Outlet {
   public:
    /// There is something to send, or more or less is held.
    virtual void answered() = 0;
  };

  Pipeline(Shared& shared, Owner& owner);

  /// Not when full().
  Exchange& begin(bool keep_alive, bool head_only, bool old);
  bool full() const { return count_ == limits::pipelined; }
  bool idle() const { return count_ == 0; }
  /// Bytes that are unsent, wait, or are kept for those that wait.
  std::size_t held() const { return out_.size() + waiting_; }
  /// To be sent.
  std::string& out() { return out_; }
  const std::string& out() const { return out_; }
  /// The last answer is one without end, and it is its turn.
  Follower* follower() const { return follower_; }

  /// All of out() has left.
  void settle();
  /// The client is gone.
  void abandon();
  /// As new.
  void reset();

 private:
  friend class Exchange;
  Exchange& at(std::size_t position) { return ring_[(first_ + position) % limits::pipelined]; }
  bool oldest(const Exchange& exchange) { return &exchange == &at(0); }
  bool newest(const Exchange& exchange) { return &exchange == &at(count_ - 1); }
  void complete(Exchange& exchange);

  Shared& shared_;
  Owner& owner_;
  std::array<Exchange, limits::pipelined> ring_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  int owed_ = 0;             // counted in Shared::open
  std::size_t waiting_ = 0;  // bytes of the exchanges
  Follower* follower_ = nullptr;
  std::string out_;
};

}  // namespace http
