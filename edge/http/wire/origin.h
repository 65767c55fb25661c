// Where a request says it comes from and goes to. Without tokens anybody who reaches the port may do
// everything, also a page of a stranger in a browser on this machine: by a name of its own that leads here
// (the Host then is not ours), or across origins (the Origin then is not ours). With tokens neither helps it.
// Thread: any; pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "edge/http/wire/request.h"
#include "engine/result.h"

namespace http {

/// RFC 3986's host and port, without user information; may be empty.
bool valid_authority(std::string_view authority);

/// An error says why a request is refused. `hosts`: names of ours beside addresses and localhost.
engine::Result<> check_origin(const Request& request, std::span<const std::string> hosts);

}  // namespace http
