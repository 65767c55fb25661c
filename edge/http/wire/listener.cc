#include "edge/http/wire/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "edge/http/wire/limits.h"

namespace http {
namespace {

constexpr std::string_view busy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

void refuse(int fd) {
  (void)!send(fd, busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);  // as far as it gets
  close(fd);
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

/// The descriptor, or -1 with errno.
int listen_on(const addrinfo& address) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted sockets inherit it
  if (bind(fd, address.ai_addr, address.ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

}  // namespace

Listener::~Listener() { stop(); }

engine::Result<> Listener::start(const std::string& host, std::uint16_t port) {
  const std::string where = (host.empty() ? "*" : host) + ":" + std::to_string(port);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return "cannot listen on " + where + ": " + gai_strerror(error);
  for (const addrinfo* each = found; each != nullptr && fd_ < 0; each = each->ai_next) fd_ = listen_on(*each);
  const int reason = errno;
  freeaddrinfo(found);
  if (fd_ < 0) return "cannot listen on " + where + ": " + std::strerror(reason);
  port_ = bound_port(fd_);
  spare_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  reactor_.watch(fd_, EPOLLIN, *this);
  return {};
}

void Listener::stop() {
  if (fd_ < 0) return;
  reactor_.unwatch(fd_, *this);
  close(fd_);
  close(spare_);
  fd_ = spare_ = -1;
}

void Listener::ready(std::uint32_t) {
  for (int i = 0; i < limits::accepts_a_turn && accept_one(); ++i) {
  }
}

bool Listener::accept_one() {
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    if (!connections_.accepted(fd)) refuse(fd);
    return true;
  }
  if (errno == EMFILE || errno == ENFILE) turn_one_away();
  return errno == ECONNABORTED || errno == EINTR;  // that one is gone, the next may be there
}

void Listener::turn_one_away() {
  close(spare_);
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) refuse(fd);
  spare_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  errno = EMFILE;
}

}  // namespace http
