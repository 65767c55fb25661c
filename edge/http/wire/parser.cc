#include "edge/http/wire/parser.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "edge/http/wire/limits.h"
#include "edge/http/wire/text.h"

namespace http {

void Parser::reset() {
  Request fresh;
  std::swap(request_, fresh);  // what it had joined is freed
  chunked_ = {};
  parsed_at_ = nullptr;
  lead_ = line_ = lines_ = head_bytes_ = consumed_ = 0;
}

Parser::Status Parser::refuse(int status, const char* why) {
  refusal_ = Problem{.status = status, .detail = why};
  return Status::refused;
}

Parser::Status Parser::parse(char* data, std::size_t size) {
  if (!head_complete()) {
    const Status status = find_head(data, size);
    if (status != Status::complete) return status;
  }
  if (parsed_at_ != data) {
    const Status status = read_head(data);
    if (status != Status::complete) return status;
  }
  return read_body(data, size);
}

Parser::Status Parser::find_head(const char* data, std::size_t size) {
  while (true) {
    const char* const line = data + line_;
    const std::size_t left = size - line_;
    if (left == 0) return Status::need_more;
    const auto* const feed = static_cast<const char*>(std::memchr(line, '\n', left));
    const bool first = line_ == lead_;
    const std::size_t span = feed != nullptr ? static_cast<std::size_t>(feed - line) + 1 : left;
    if (line_ + span > limits::head_bytes || (first && span > limits::target_bytes + 64)) {
      if (first) return refuse(414, "the request's target is too long");
      return refuse(431, "the request's head is over 16 KiB");
    }
    const auto* const ret = static_cast<const char*>(std::memchr(line, '\r', span));
    if (feed == nullptr) {
      if (ret != nullptr && ret + 1 != line + left) return refuse(400, "a bare CR in the head");
      return Status::need_more;
    }
    if (ret == nullptr) return refuse(400, "a bare LF in the head");
    if (ret + 1 != feed) return refuse(400, "a bare CR in the head");
    line_ += span;
    const std::size_t length = span - 2;
    if (length == 0 && first) {  // RFC 9112 section 2.2: empty lines before a request are skipped
      lead_ = line_;
      if (lead_ > 16) return refuse(400, "empty lines instead of a request");
      continue;
    }
    if (length == 0) {
      head_bytes_ = line_;
      return Status::complete;
    }
    const Status status = check_line(line, length);
    if (status != Status::complete) return status;
  }
}

Parser::Status Parser::check_line(const char* line, std::size_t length) {
  if (std::memchr(line, '\0', length) != nullptr) return refuse(400, "a NUL in the head");
  const std::string_view text{line, length};
  if (lines_ == 0) {
    if (std::count(text.begin(), text.end(), ' ') != 2) return refuse(400, "the request line is malformed");
  } else {
    if (blank(*line)) return refuse(400, "a folded header line");
    if (!token(text.substr(0, text.find(':')))) return refuse(400, "a header's name is malformed");
  }
  if (++lines_ > limits::headers + 1) return refuse(431, "more than 100 header lines");
  return Status::complete;
}

Parser::Status Parser::read_head(const char* data) {
  request_ = {};
  body_ = {};
  if (!head_.read({data + lead_, head_bytes_ - lead_}, request_, body_))
    return refuse(head_.status(), head_.reason());
  parsed_at_ = data;
  return Status::complete;
}

Parser::Status Parser::read_body(char* data, std::size_t size) {
  char* const body = data + head_bytes_;
  const std::size_t arrived = size - head_bytes_;
  if (body_.chunked) {
    switch (chunked_.decode(body, arrived)) {
      case Chunked::Status::need_more:
        return Status::need_more;
      case Chunked::Status::malformed:
        return refuse(400, "the chunked body is malformed");
      case Chunked::Status::too_large:
        return refuse(413, "the body is over 64 KiB");
      case Chunked::Status::complete:
        break;
    }
    request_.body = {body, chunked_.decoded()};
    consumed_ = head_bytes_ + chunked_.raw();
    return Status::complete;
  }
  if (body_.length > limits::body_bytes) return refuse(413, "the body is over 64 KiB");
  const auto length = static_cast<std::size_t>(body_.length);
  if (arrived < length) return Status::need_more;
  request_.body = {body, length};
  consumed_ = head_bytes_ + length;
  return Status::complete;
}

}  // namespace http
