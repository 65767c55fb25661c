// One request, as the parser found it. Every view points into the connection's buffer and is good until the
// handler returns; whoever waits for something copies what it still needs.
#pragma once

#include <cstdint>
#include <string_view>

namespace http {

enum class Method : std::uint8_t { get, head, post, put, other };

struct Request {
  Method method = Method::other;
  std::string_view path;   // as it came, percent-encoded
  std::string_view query;  // without the question mark
  // A header that is absent has a null data().
  std::string_view authorization;
  std::string_view content_type;
  std::string_view idempotency_key;
  std::string_view if_none_match;
  std::string_view last_event_id;
  std::string_view prefer;
  std::string_view body;  // 64 bytes behind it are readable, whatever they are
  bool keep_alive = true;
  bool expects_continue = false;
};

inline bool present(std::string_view header) { return header.data() != nullptr; }

}  // namespace http
