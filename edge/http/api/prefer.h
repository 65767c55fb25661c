// Prefer: wait=N (RFC 7240): how long a client would like to wait for the order's end.
#pragma once

#include <optional>
#include <string_view>

namespace http {

inline constexpr int wait_seconds_max = 60;

/// Seconds, at most wait_seconds_max; nothing when there is no such preference or it makes no sense, which
/// RFC 7240 tells us to ignore.
std::optional<int> preferred_wait(std::string_view prefer);

}  // namespace http
