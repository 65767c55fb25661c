// The HTTP edge's fixed bounds, in one place with the relations between them.
#pragma once

#include <cstddef>

namespace http::limits {

// Of a request.
inline constexpr std::size_t head_bytes = std::size_t{16} << 10;
inline constexpr std::size_t headers = 64;
inline constexpr std::size_t target_bytes = std::size_t{4} << 10;
inline constexpr std::size_t body_bytes = std::size_t{64} << 10;
inline constexpr std::size_t chunked_bytes = 2 * body_bytes;  // a chunked body with its framing
inline constexpr std::size_t trailer_bytes = std::size_t{4} << 10;

// Of a connection.
inline constexpr std::size_t pipelined = 16;
inline constexpr std::size_t read_bytes = std::size_t{64} << 10;     // a turn
inline constexpr std::size_t unsent_bytes = std::size_t{512} << 10;  // then it is not read from
inline constexpr std::size_t kept_buffer_bytes = std::size_t{8}
                                                 << 10;  // larger ones are given back when empty
inline constexpr std::size_t padding = 64;               // simdjson reads this far behind a body
inline constexpr std::size_t request_bytes = head_bytes + chunked_bytes + trailer_bytes;
inline constexpr std::size_t input_bytes = request_bytes + read_bytes;

// Of the server.
inline constexpr int accepts_a_turn = 64;
inline constexpr std::size_t listing = 500;
inline constexpr std::size_t listing_default = 50;
inline constexpr std::size_t stream_bytes_a_turn = std::size_t{256} << 10;

static_assert(target_bytes < head_bytes && body_bytes < chunked_bytes);

}  // namespace http::limits
