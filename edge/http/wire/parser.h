// Takes requests out of a connection's bytes: llhttp reads the head, and around it stands everything llhttp
// leaves to its user: limits, bare CR and LF, folded lines, doubled headers, bodies. It is fed the whole of
// what has arrived of one request, again and again while it grows, and remembers how far it has looked.
//
// Invariants: the answer does not depend on where the bytes were split. A refusal is final: the connection
// is answered once more and closed, for nobody knows where the next request begins.
// Bounds: limits.h.
#pragma once

#include <cstddef>

#include "edge/http/wire/chunked.h"
#include "edge/http/wire/head.h"
#include "edge/http/wire/problem.h"
#include "edge/http/wire/request.h"

namespace http {

class Parser {
 public:
  explicit Parser(HeadReader& head) : head_(head) {}

  enum class Status { need_more, complete, refused };

  /// `data` begins with this request's first byte and may lie elsewhere in each call. A chunked body is
  /// decoded in place.
  Status parse(char* data, std::size_t size);

  // --- After `complete`.
  const Request& request() const { return request_; }
  std::size_t consumed() const { return consumed_; }
  /// On to the next request.
  void reset();

  // --- After `need_more`.
  bool head_complete() const { return head_bytes_ > 0; }
  /// Nothing but the empty lines that may stand before a request.
  bool empty(std::size_t size) const { return size == lead_; }
  bool wants_continue() const { return head_complete() && request_.expects_continue; }

  // --- After `refused`.
  const Problem& refusal() const { return refusal_; }

 private:
  Status refuse(int status, const char* why);
  Status find_head(const char* data, std::size_t size);
  Status check_line(const char* line, std::size_t length);
  Status read_head(const char* data);
  Status read_body(char* data, std::size_t size);

  HeadReader& head_;
  Request request_;
  Problem refusal_;
  HeadReader::Body body_;
  Chunked chunked_;
  const char* parsed_at_ = nullptr;  // where the head's views point into
  std::size_t lead_ = 0;             // bytes of empty lines before the request
  std::size_t line_ = 0;             // begin of the line to be looked at next
  std::size_t lines_ = 0;            // of the head, so far
  std::size_t head_bytes_ = 0;       // with the empty line; 0: not all there
  std::size_t consumed_ = 0;
};

}  // namespace http
