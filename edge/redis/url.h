// Where Redis is, as `[redis] url` says it:
//   redis://[[user]:password@]host[:port][/db]      unix:///path/to/socket[?db=N]
// User and password are percent-decoded; a host may be an IPv6 address in brackets. TLS (rediss://) is
// refused: hiredis 0.14 has none. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace redis {

struct Url {
  bool unix_socket = false;
  std::string place;  // a host, or the socket's path
  std::uint16_t port = 6379;
  int db = 0;
  std::string user, password;

  /// For messages: without user and password.
  std::string shown() const;
};

struct UrlParse {
  Url url;
  std::string error;  // empty: it is one
};
UrlParse parse_url(std::string_view text);

}  // namespace redis
