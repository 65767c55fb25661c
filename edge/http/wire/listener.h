// The listening socket: takes connections in small batches, in front of a bound, and keeps a spare descriptor
// so that running out of them means turning clients away instead of spinning on a socket that stays ready.
// Thread: the reactor's; start() before it runs. Bounds: limits::accepts_a_turn.
#pragma once

#include <cstdint>
#include <string>

#include "edge/http/wire/settings.h"
#include "edge/reactor.h"
#include "engine/result.h"

namespace http {

class Listener final : public edge::Watcher {
 public:
  class AcceptListener {
   public:
    virtual ~AcceptListener() = default;
    /// A new connection's descriptor, non-blocking. False: there are too many; the listener closes it.
    virtual bool accepted(int fd) = 0;
  };

  Listener(edge::Reactor& reactor, AcceptListener& connections)
      : reactor_(reactor), connections_(connections) {}
  ~Listener() override;

  /// An error says where it cannot listen, and why.
  engine::Result<> start(const std::string& host, std::uint16_t port);
  void stop();
  std::uint16_t port() const { return port_; }

  void ready(std::uint32_t events) override;

 private:
  bool accept_one();
  void turn_one_away();

  edge::Reactor& reactor_;
  AcceptListener& connections_;
  int fd_ = -1;
  int spare_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace http
