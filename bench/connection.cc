#include "bench/connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bench {
namespace {

constexpr std::size_t receive_bytes = 16 * 1024;

}  // namespace

std::optional<std::string> Connection::open(const Address& address) {
  close();
  descriptor_ = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return std::string{"socket: "} + std::strerror(errno);
  if (::connect(descriptor_, address.get(), address.bytes()) != 0) {
    std::string what = "connect to " + address.text() + ": " + std::strerror(errno);
    close();
    return what;
  }
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
  in_.resize(receive_bytes);
  return std::nullopt;
}

void Connection::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  out_.clear();
  written_ = in_bytes_ = 0;
}

void Connection::put(std::string_view request, Flight flight) {
  flights_[(first_ + in_flight_) % pipeline_max] = flight;
  ++in_flight_;
  out_.append(request);
}

bool Connection::flush() {
  while (has_unwritten()) {
    const ssize_t count =
        ::send(descriptor_, out_.data() + written_, out_.size() - written_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    written_ += static_cast<std::size_t>(count);
  }
  out_.clear();
  written_ = 0;
  return true;
}

std::int64_t Connection::read_some(std::size_t& room) {
  // A response that fills the whole buffer and is still not whole is nothing the engine sends.
  room = in_.size() - in_bytes_;
  if (room == 0) return -1;
  const ssize_t count = ::recv(descriptor_, in_.data() + in_bytes_, room, MSG_DONTWAIT);
  if (count == 0) return -1;
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  in_bytes_ += static_cast<std::size_t>(count);
  return count;
}

Flight Connection::take_flight() {
  const Flight flight = flights_[first_];
  first_ = (first_ + 1) % pipeline_max;
  --in_flight_;
  return flight;
}

void Connection::keep(std::string_view rest) {
  if (!rest.empty() && rest.data() != in_.data()) std::memmove(in_.data(), rest.data(), rest.size());
  in_bytes_ = rest.size();
}

}  // namespace bench
