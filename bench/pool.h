// All connections of a run on one epoll: pick one for the next request, write what was put, deliver the
// answers.
//
// Thread: the generator's only.
// Invariants: a connection that is lost answers its flights with status 0 and is opened anew at once; it
// stays closed, and is never picked again, only if that fails.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/connection.h"

namespace bench {

// A range of connections used for one purpose, each with up to `depth` requests in flight.
struct Lane {
  std::size_t first = 0;
  std::size_t count = 0;
  unsigned depth = 1;
  std::size_t cursor = 0;
};

class Pool {
 public:
  explicit Pool(Address address) : address_{std::move(address)} {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  // What went wrong, when it did.
  std::optional<std::string> open(std::size_t count);
  // Closes all connections: the engine bounds how many it holds, and the next pool wants some.
  void close();

  // The connection of the lane for the next request: an idle one, in turn, else the least busy; none when all
  // are full.
  std::optional<std::size_t> pick(Lane& lane) const;
  void put(std::size_t index, std::string_view request, Flight flight);
  // One write for each connection that something was put into.
  template <class Answered>
  void flush(Answered&& answered) {
    for (const std::size_t index : touched_)
      if (connections_[index].is_open() && !connections_[index].flush()) replace(index, answered);
    touched_.clear();
  }
  // Waits for answers, at most until `until_ns`, and delivers those that are there.
  template <class Answered>
  void poll(std::int64_t until_ns, Answered&& answered) {
    const int count = wait(until_ns);
    for (int ready = 0; ready < count; ++ready) {
      const std::size_t index = events_[static_cast<std::size_t>(ready)].data.u64;
      Connection& connection = connections_[index];
      if (!connection.is_open()) continue;
      const bool is_alive = connection.receive(answered) && connection.flush();
      busy_[index] = static_cast<std::uint8_t>(connection.in_flight());
      if (!is_alive) replace(index, answered);
    }
  }

  std::size_t in_flight() const;
  std::size_t open_count() const;
  std::size_t reopened_count() const { return reopened_count_; }

 private:
  static constexpr std::uint8_t never = 255;  // a connection that could not be opened again

  int wait(std::int64_t until_ns);
  bool watch(std::size_t index);

  template <class Answered>
  void replace(std::size_t index, Answered& answered) {
    connections_[index].close();
    connections_[index].abandon(answered);
    ++reopened_count_;
    const bool is_open = !connections_[index].open(address_) && watch(index);
    busy_[index] = is_open ? 0 : never;
  }

  Address address_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  std::vector<std::uint8_t>
      busy_;  // requests in flight by connection, side by side so that `pick` is a search in bytes
  std::vector<std::size_t> touched_;
  std::array<epoll_event, 128> events_{};
  std::size_t reopened_count_ = 0;
};

}  // namespace bench
