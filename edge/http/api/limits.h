// The fixed bounds of what can be asked, beside those of the wire.
#pragma once

#include <cstddef>

#include "edge/http/wire/limits.h"

namespace http::limits {

// More lines than this no body can name: {"sku":"a","quantity":1,"price":1}
inline constexpr std::size_t items = body_bytes / 34 + 1;

inline constexpr std::size_t listing = 500;
// A page ends before the order that would make it larger; one order it always shows.
inline constexpr std::size_t listing_bytes = answer_bytes;
inline constexpr std::size_t listing_default = 50;
inline constexpr std::size_t stream_bytes_a_turn = std::size_t{256} << 10;

}  // namespace http::limits
