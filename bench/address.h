// Where the engine listens, resolved once.
// Thread: any, read only after parse_address.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

class Address {
 public:
  int family() const { return storage_.ss_family; }
  const sockaddr* get() const { return static_cast<const sockaddr*>(static_cast<const void*>(&storage_)); }
  socklen_t bytes() const { return bytes_; }
  const std::string& text() const { return text_; }

 private:
  friend std::optional<Address> parse_address(std::string_view host_and_port);
  sockaddr_storage storage_{};
  socklen_t bytes_ = 0;
  std::string text_;
};

// "127.0.0.1:8080", "localhost:8080" or "[::1]:8080". Blocks for the name, where there is one.
std::optional<Address> parse_address(std::string_view host_and_port);

// A port of 127.0.0.1 that was free a moment ago.
std::optional<std::uint16_t> free_port();

}  // namespace bench
