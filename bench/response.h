// One HTTP/1.1 response, cut out of received bytes with as little work as a load generator can do: status
// line, Content-Length, Location. The generator shares its CPUs with the engine, so what it does not need it
// does not parse.
//
// Thread: any.
// Invariants: the views point into the bytes given to parse_response.
#pragma once

#include <cstddef>
#include <string_view>

namespace bench {

struct Response {
  int status = 0;  // 0: the connection was lost before the answer came
  std::string_view location;
  std::string_view body;
};

enum class Parsed { whole, partial, malformed };

// Reads the first response of `bytes`; `consumed` is how many bytes it took when whole. A response without a
// Content-Length is malformed here: the engine's JSON answers all have one.
Parsed parse_response(std::string_view bytes, Response& response, std::size_t& consumed);

}  // namespace bench
