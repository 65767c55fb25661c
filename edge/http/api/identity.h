// An order's identity: the client's own id, or one derived from the caller and its Idempotency-Key, or a new
// one. The first two come from outside, so they may have been seen before.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edge/http/api/digest.h"
#include "edge/http/api/random.h"
#include "engine/saga/id.h"

namespace http {

/// The key in an Idempotency-Key header: 1 to 255 printable ASCII characters, bare or as a quoted string
/// (RFC 8941 section 3.3.3); both spellings name the same key. Nothing: it is malformed.
std::optional<std::string> idempotency_key(std::string_view header);

/// The same caller and key always give the same id, different ones never do: the caller's name is framed by
/// its length.
saga::OrderId derived_id(Sha256& sha256, std::string_view caller, std::string_view key);

saga::OrderId new_id(engine::Time now, Random& random);

}  // namespace http
