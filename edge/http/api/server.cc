#include "edge/http/api/server.h"

#include "edge/http/api/site.h"

namespace http {

Server::Server(const Surroundings& surroundings)
    : site_(std::make_unique<Site>(surroundings)), reactor_(surroundings.reactor) {}

Server::~Server() = default;

std::string Server::start() { return site_->start(); }
std::uint16_t Server::port() const { return site_->port(); }
int Server::open_requests() const { return site_->open_requests(); }

void Server::close_listener() {
  close_wanted_.store(true, std::memory_order_release);  // pairs with the exchange in do_work
  reactor_.signal();
}

void Server::end_waits() {
  no_waits_wanted_.store(true, std::memory_order_release);  // pairs with the exchange in do_work
  reactor_.signal();
}

void Server::answer_unknown() {
  unknown_wanted_.store(true, std::memory_order_release);  // pairs with the exchange in do_work
  reactor_.signal();
}

void Server::released(tape::Index released) { site_->released(released); }

int Server::do_work(runtime::Time) {
  // A plain look first: each is set once in a process' life.
  if (close_wanted_.load(std::memory_order_relaxed) &&
      close_wanted_.exchange(false, std::memory_order_acquire))
    site_->close_listener();
  if (unknown_wanted_.load(std::memory_order_relaxed) &&
      unknown_wanted_.exchange(false, std::memory_order_acquire))
    site_->answer_unknown();
  if (no_waits_wanted_.load(std::memory_order_relaxed) &&
      no_waits_wanted_.exchange(false, std::memory_order_acquire))
    site_->end_waits();
  return site_->flush();
}

}  // namespace http
