// Where Redis is, as `[redis] url` says it:
//   redis://[[user][:password]@]host[:port][/db]      unix://[[user][:password]@]/path/to/socket[?db=N]
// User and password are percent-decoded; the password may stand beside the URL instead, as `[redis]
// password`. An IPv6 address stands in brackets. TLS (rediss://) is refused: hiredis 0.14 has none.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/result.h"

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
  engine::Result<> parsed;  // an error says what is wrong and what to do, never the password
};
/// `password`: the one beside the URL, as it is; empty: none.
UrlParse parse_url(std::string_view text, std::string_view password = {});

}  // namespace redis
