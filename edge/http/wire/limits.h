// The fixed bounds of requests, connections and the server, in one place with the relations between them.
#pragma once

#include <cstddef>

namespace http::limits {

// Of a request.
inline constexpr std::size_t head_bytes = std::size_t{16} << 10;
inline constexpr std::size_t headers = 100;
inline constexpr std::size_t target_bytes = std::size_t{4} << 10;
inline constexpr std::size_t body_bytes = std::size_t{64} << 10;
inline constexpr std::size_t chunked_bytes = 2 * body_bytes;  // a chunked body with its framing
inline constexpr std::size_t trailer_bytes = std::size_t{4} << 10;

// Of a connection.
inline constexpr std::size_t pipelined = 16;
inline constexpr std::size_t read_bytes = std::size_t{64} << 10;  // a turn
// Held for it: answers that are unsent or wait for one before them, and what waiting requests keep. With more
// it is not read from.
inline constexpr std::size_t held_bytes = std::size_t{512} << 10;
// A client that does not take this much of what is sent to it in a write_deadline is closed.
inline constexpr std::size_t taken_bytes = std::size_t{32} << 10;
inline constexpr std::size_t kept_buffer_bytes = std::size_t{8}
                                                 << 10;  // larger ones are given back when empty
inline constexpr std::size_t padding = 64;               // simdjson reads this far behind a body
inline constexpr std::size_t request_bytes = head_bytes + chunked_bytes + trailer_bytes;
inline constexpr std::size_t input_bytes = request_bytes + read_bytes;

// Of the server.
inline constexpr int accepts_a_turn = 64;
// Held for all connections, unfinished requests with it: with more, the connection that holds most is closed.
inline constexpr std::size_t held_bytes_of_all = std::size_t{64} << 20;
// An answer that is longer is made in pieces, a page of a list for one.
inline constexpr std::size_t answer_bytes = std::size_t{1} << 20;

static_assert(target_bytes < head_bytes && body_bytes < chunked_bytes);
static_assert(held_bytes_of_all >= 16 * (held_bytes + answer_bytes + input_bytes),
              "a few slow clients alone do not reach it");

}  // namespace http::limits
