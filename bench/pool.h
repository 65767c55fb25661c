// All connections of a run on one epoll: pick one for the next request, write what was put, deliver the
// answers. Thread: the generator's only. Invariants: a connection that is lost answers its flights with
// status 0 and is opened anew at once; it stays closed, and is never picked again, only if that fails.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
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

  // The connection of the lane with the fewest requests in flight, idle ones in turn; null when all are full.
  Connection* pick(Lane& lane);
  // One write for each connection with something new.
  template <class Answered>
  void flush(Answered&& answered) {
    for (std::size_t index = 0; index < connections_.size(); ++index)
      if (connections_[index].has_unwritten() && !connections_[index].flush()) replace(index, answered);
  }
  // Waits for answers, at most until `until_ns`, and delivers those that are there.
  template <class Answered>
  void poll(std::int64_t until_ns, Answered&& answered) {
    const int count = wait(until_ns);
    for (int ready = 0; ready < count; ++ready) {
      const std::size_t index = events_[static_cast<std::size_t>(ready)].data.u64;
      Connection& connection = connections_[index];
      if (!connection.is_open()) continue;
      if (!connection.receive(answered) || !connection.flush()) replace(index, answered);
    }
  }

  std::size_t in_flight() const;
  std::size_t open_count() const;
  std::size_t reopened_count() const { return reopened_count_; }

 private:
  int wait(std::int64_t until_ns);
  bool watch(std::size_t index);

  template <class Answered>
  void replace(std::size_t index, Answered& answered) {
    connections_[index].close();
    connections_[index].abandon(answered);
    ++reopened_count_;
    if (!connections_[index].open(address_)) watch(index);
  }

  Address address_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  std::array<epoll_event, 128> events_{};
  std::size_t reopened_count_ = 0;
};

}  // namespace bench
