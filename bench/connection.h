// One keep-alive connection of the load generator: requests out of pre-rendered bytes, collected and written
// at once; responses matched to requests in order.
//
// Thread: the generator's only.
// Invariants: at most `pipeline_max` requests in flight (checked by `put`'s caller through `in_flight`);
// every request is answered exactly once, by its response or, when the connection is lost, by one with status
// 0.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/address.h"
#include "bench/clock.h"
#include "bench/response.h"

namespace bench {

inline constexpr unsigned pipeline_max = 16;  // contract.md: 16 pipelined

// What the sender wants to know again when the answer comes.
struct Flight {
  std::int64_t intended_ns = 0;
  std::uint64_t tag = 0;
};

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  // What went wrong, when it did. Blocks for the handshake: loopback answers at once.
  std::optional<std::string> open(const Address& address);
  void close();

  void put(std::string_view request, Flight flight);
  // One write of all that was put; false when the connection is lost.
  bool flush();

  // Reads what is there and calls `answered(flight, response, now_ns)` for each whole response; false when
  // lost.
  template <class Answered>
  bool receive(Answered&& answered) {
    for (;;) {
      std::size_t room = 0;
      const std::int64_t count = read_some(room);
      if (count < 0) return false;
      if (count == 0) return true;
      if (!answer(answered)) return false;
      // A short read emptied the socket: edge-triggered epoll will tell of more.
      if (static_cast<std::size_t>(count) < room) return true;
    }
  }

  // Answers everything in flight with status 0.
  template <class Answered>
  void abandon(Answered&& answered) {
    const std::int64_t now = now_ns();
    while (in_flight_ > 0) answered(take_flight(), Response{}, now);
  }

  unsigned in_flight() const { return in_flight_; }
  bool is_open() const { return descriptor_ >= 0; }
  bool has_unwritten() const { return written_ < out_.size(); }
  int descriptor() const { return descriptor_; }

 private:
  // Bytes read, 0 when there are none now, -1 when the connection is lost.
  std::int64_t read_some(std::size_t& room);
  Flight take_flight();

  template <class Answered>
  bool answer(Answered& answered) {
    const std::int64_t now = now_ns();
    std::string_view rest{in_.data(), in_bytes_};
    Response response;
    std::size_t consumed = 0;
    Parsed parsed = Parsed::partial;
    while (!rest.empty() && (parsed = parse_response(rest, response, consumed)) == Parsed::whole) {
      if (in_flight_ == 0) return false;  // an answer nobody asked for
      answered(take_flight(), response, now);
      rest.remove_prefix(consumed);
      parsed = Parsed::partial;
    }
    keep(rest);
    return parsed != Parsed::malformed;
  }
  void keep(std::string_view rest);

  int descriptor_ = -1;
  std::string out_;
  std::size_t written_ = 0;
  std::string in_;
  std::size_t in_bytes_ = 0;
  std::array<Flight, pipeline_max> flights_{};
  unsigned first_ = 0;
  unsigned in_flight_ = 0;
};

}  // namespace bench
