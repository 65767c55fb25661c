// What a request about stock says: the sku in its path, the level in its body. Thread: the reactor's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edge/http/problem.h"

namespace http {

inline constexpr std::int64_t on_hand_max = 1'000'000'000'000;

/// A path segment, percent-decoded: a sku as orders may name it, or nothing.
std::optional<std::string> read_sku(std::string_view segment);
/// {"onHand":100}. limits::padding bytes behind `body` are readable.
std::optional<Problem> read_on_hand(std::string_view body, std::int64_t& on_hand);

}  // namespace http
