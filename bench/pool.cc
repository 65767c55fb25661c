#include "bench/pool.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace bench {

Pool::~Pool() { close(); }

void Pool::close() {
  connections_.clear();
  busy_.clear();
  if (epoll_ >= 0) ::close(epoll_);
  epoll_ = -1;
}

std::optional<std::string> Pool::open(std::size_t count) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return std::string{"epoll_create1: "} + std::strerror(errno);
  connections_ = std::vector<Connection>(count);
  busy_.assign(count, 0);
  for (std::size_t index = 0; index < count; ++index) {
    if (auto error = connections_[index].open(address_)) return error;
    if (!watch(index)) return std::string{"epoll_ctl: "} + std::strerror(errno);
  }
  return std::nullopt;
}

std::optional<std::size_t> Pool::pick(Lane& lane) const {
  if (lane.count == 0) return std::nullopt;
  const auto begin = busy_.begin() + static_cast<std::ptrdiff_t>(lane.first);
  const auto end = begin + static_cast<std::ptrdiff_t>(lane.count);
  const auto turn = begin + static_cast<std::ptrdiff_t>(lane.cursor < lane.count ? lane.cursor : 0);
  auto found = std::find(turn, end, 0);
  if (found == end) found = std::find(begin, turn, 0);
  if (found == turn && *found != 0) found = std::min_element(begin, end);
  if (found == end || *found >= lane.depth) return std::nullopt;
  lane.cursor = static_cast<std::size_t>(found - begin) + 1;
  return lane.first + lane.cursor - 1;
}

void Pool::put(std::size_t index, std::string_view request, Flight flight) {
  Connection& connection = connections_[index];
  if (!connection.has_unwritten()) touched_.push_back(index);
  connection.put(request, flight);
  ++busy_[index];
}

std::size_t Pool::in_flight() const {
  std::size_t count = 0;
  for (const Connection& connection : connections_) count += connection.in_flight();
  return count;
}

std::size_t Pool::open_count() const {
  return busy_.size() - static_cast<std::size_t>(std::count(busy_.begin(), busy_.end(), never));
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
