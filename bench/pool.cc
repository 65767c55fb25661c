#include "bench/pool.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace bench {

Pool::~Pool() {
  if (epoll_ >= 0) ::close(epoll_);
}

std::optional<std::string> Pool::open(std::size_t count) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return std::string{"epoll_create1: "} + std::strerror(errno);
  connections_ = std::vector<Connection>(count);
  for (std::size_t index = 0; index < count; ++index) {
    if (auto error = connections_[index].open(address_)) return error;
    if (!watch(index)) return std::string{"epoll_ctl: "} + std::strerror(errno);
  }
  return std::nullopt;
}

Connection* Pool::pick(Lane& lane) {
  Connection* best = nullptr;
  std::size_t best_at = 0;
  for (std::size_t step = 0; step < lane.count; ++step) {
    const std::size_t at = (lane.cursor + step) % lane.count;
    Connection& candidate = connections_[lane.first + at];
    if (!candidate.is_open() || candidate.in_flight() >= lane.depth) continue;
    if (best != nullptr && candidate.in_flight() >= best->in_flight()) continue;
    best = &candidate;
    best_at = at;
    if (best->in_flight() == 0) break;
  }
  if (best != nullptr) lane.cursor = best_at + 1;
  return best;
}

std::size_t Pool::in_flight() const {
  std::size_t count = 0;
  for (const Connection& connection : connections_) count += connection.in_flight();
  return count;
}

std::size_t Pool::open_count() const {
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                [](const Connection& each) { return each.is_open(); }));
}

int Pool::wait(std::int64_t until_ns) {
  const std::int64_t left_ns = std::max<std::int64_t>(0, until_ns - now_ns());
  const timespec timeout{left_ns / second_ns, left_ns % second_ns};
  return ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &timeout, nullptr);
}

bool Pool::watch(std::size_t index) {
  // Edge-triggered in both directions: one epoll_ctl in the life of a connection.
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.u64 = index;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[index].descriptor(), &event) == 0;
}

}  // namespace bench
