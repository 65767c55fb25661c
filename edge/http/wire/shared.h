// What all connections of a server have in common. Thread: the reactor's; the atomics may be read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "edge/http/wire/date.h"
#include "edge/http/wire/head.h"
#include "edge/http/wire/limits.h"
#include "edge/http/wire/settings.h"
#include "edge/reactor.h"
#include "engine/runtime/metrics.h"

namespace http {

class Connection;
class Exchange;

/// Who answers requests. The exchange is answered before respond() returns, or later.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void respond(const Request& request, Exchange& exchange) = 0;
};

/// Requests by what they were about and how they ended. What they can be about, the groups, says whoever
/// answers them; a request is in the first group until told otherwise (Exchange::belongs_to).
class Tally {
 public:
  using Group = std::uint8_t;

  explicit Tally(std::span<const std::string_view> groups) : groups_(groups), by_class_(groups.size()) {}

  void add_to(runtime::Metrics& metrics) const;
  void count(Group group, int status);

 private:
  const std::span<const std::string_view> groups_;
  std::vector<std::array<runtime::Counter, 6>> by_class_;  // 1xx to 5xx at 1 to 5
};

struct Shared {
  Shared(const WireSettings& the_settings, edge::Reactor& the_reactor, Responder& the_responder,
         std::span<const std::string_view> groups)
      : settings(the_settings), reactor(the_reactor), responder(the_responder), tally(groups) {}

  const WireSettings& settings;
  edge::Reactor& reactor;
  Responder& responder;
  HeadReader head;
  Date date;
  Tally tally;
  bool closing = false;  // answers say Connection: close
  engine::Time closing_since{};
  std::vector<Connection*> dirty;   // have something to send, or to read on with
  std::vector<Connection*> closed;  // their objects are free after this turn
  std::atomic<int> open{0};         // requests whose answer has not left completely
  std::atomic<int> connections{0};
  std::atomic<std::int64_t> held{0};  // bytes, for all connections: limits::held_bytes_of_all
  /// Bytes arrive here first; only what is left over moves into the connection.
  std::array<char, limits::read_bytes + limits::padding> scratch;

  bool full() const {
    return held.load(std::memory_order_relaxed) >= static_cast<std::int64_t>(limits::held_bytes_of_all);
  }
  template <class Number>
  static void add(std::atomic<Number>& count,
                  Number n) {  // relaxed: one writer; readers may be a moment behind
    count.store(count.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
};

}  // namespace http
