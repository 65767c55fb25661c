// One request, as the parser found it. Every view points into the connection's buffer and is good until the
// Responder returns; whoever waits for something copies what it still needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace http {

enum class Method : std::uint8_t { get, head, post, put, del, options, other };  // del: DELETE

/// A header that may come on several lines, which count as one list (RFC 9110 section 5.3).
class ListHeader {
 public:
  void add(std::string_view line) {
    if (line_.data() == nullptr) {
      line_ = line.data() != nullptr ? line : std::string_view{""};
      return;
    }
    if (joined_.empty()) joined_ = line_;
    joined_ += ", ";
    joined_ += line;
  }
  std::string_view text() const { return joined_.empty() ? line_ : std::string_view{joined_}; }

 private:
  std::string_view line_;  // the first
  std::string joined_;     // with the others, if there are any
};

struct Request {
  Method method = Method::other;
  std::string_view path;   // as it came, percent-encoded
  std::string_view query;  // without the question mark
  // A header that is absent has a null data().
  std::string_view authorization;
  std::string_view content_type;
  std::string_view idempotency_key;
  std::string_view last_event_id;
  ListHeader if_match;
  ListHeader if_none_match;
  ListHeader prefer;
  std::string_view traceparent;  // on several lines it is none: empty
  bool encoded = false;          // by a Content-Encoding other than identity
  std::string_view body;         // 64 bytes behind it are readable, whatever they are
  std::string_view host;         // of the target if that names one; valid, absent only in HTTP/1.0
  std::string_view origin;
  std::string_view fetch_site;
  bool keep_alive = true;
  bool old = false;  // HTTP/1.0
  bool expects_continue = false;
};

/// Whether it asks for something to be done.
inline bool changes(Method method) {
  return method != Method::get && method != Method::head && method != Method::options;
}

inline bool present(std::string_view header) { return header.data() != nullptr; }

}  // namespace http
