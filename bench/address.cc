#include "bench/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>

namespace bench {

std::optional<Address> parse_address(std::string_view host_and_port) {
  const std::size_t colon = host_and_port.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host{host_and_port.substr(0, colon)};
  const std::string port{host_and_port.substr(colon + 1)};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0 || found == nullptr)
    return std::nullopt;
  Address address;
  std::memcpy(&address.storage_, found->ai_addr, found->ai_addrlen);
  address.bytes_ = found->ai_addrlen;
  address.text_ = host_and_port;
  ::freeaddrinfo(found);
  return address;
}

std::optional<std::uint16_t> free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::nullopt;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  auto* generic = static_cast<sockaddr*>(static_cast<void*>(&address));
  const bool bound =
      ::bind(descriptor, generic, bytes) == 0 && ::getsockname(descriptor, generic, &bytes) == 0;
  ::close(descriptor);
  if (!bound) return std::nullopt;
  return ntohs(address.sin_port);
}

}  // namespace bench
