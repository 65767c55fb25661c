#include "edge/http/wire/chunked.h"

#include <charconv>
#include <cstring>

#include "edge/http/wire/limits.h"

namespace http {
namespace {

constexpr std::size_t size_line_bytes = 256;  // with its extensions

/// Length of the line at `text` without its CRLF; -1: not all there; -2: a bare CR or LF.
std::ptrdiff_t line_length(const char* text, std::size_t size) {
  const auto* const feed = static_cast<const char*>(std::memchr(text, '\n', size));
  const std::size_t span = feed != nullptr ? static_cast<std::size_t>(feed - text) : size;
  const auto* const ret = static_cast<const char*>(std::memchr(text, '\r', span));
  if (feed == nullptr) return ret != nullptr && ret + 1 != text + size ? -2 : -1;
  return ret != nullptr && ret + 1 == feed ? ret - text : -2;
}

bool printable(const char* text, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return false;
  }
  return true;
}

}  // namespace

Chunked::Status Chunked::read_size(const char* line, std::size_t length) {
  const auto [end, error] = std::from_chars(line, line + length, chunk_, 16);
  if (error == std::errc::result_out_of_range) return Status::too_large;
  if (error != std::errc{} || *line == '-') return Status::malformed;
  const auto rest = static_cast<std::size_t>(line + length - end);
  if (rest > 0 && (*end != ';' || !printable(end, rest))) return Status::malformed;
  if (chunk_ > limits::body_bytes || decoded_ + chunk_ > limits::body_bytes) return Status::too_large;
  part_ = chunk_ == 0 ? Part::trailer : Part::content;
  return Status::complete;
}

Chunked::Status Chunked::decode(char* body, std::size_t size) {
  while (true) {
    char* const here = body + raw_;
    const std::size_t left = size - raw_;
    if (part_ == Part::content) {
      if (left < chunk_ + 2) {
        if (left > chunk_ && here[chunk_] != '\r') return Status::malformed;
        return Status::need_more;
      }
      if (here[chunk_] != '\r' || here[chunk_ + 1] != '\n') return Status::malformed;
      std::memmove(body + decoded_, here, chunk_);
      decoded_ += chunk_;
      raw_ += chunk_ + 2;
      part_ = Part::size;
      if (raw_ > limits::chunked_bytes) return Status::too_large;
      continue;
    }
    const std::ptrdiff_t line = line_length(here, left);
    if (line == -2) return Status::malformed;
    const std::size_t length = line < 0 ? left : static_cast<std::size_t>(line);
    if (part_ == Part::size) {
      if (length > size_line_bytes) return Status::malformed;
      if (line == -1) return Status::need_more;
      const Status status = read_size(here, length);
      if (status != Status::complete) return status;
    } else {
      if (trailer_ + length > limits::trailer_bytes) return Status::too_large;
      if (line == -1) return Status::need_more;
      trailer_ += length;
      if (length > 0 && (*here == ' ' || *here == '\t' || std::memchr(here, ':', length) == nullptr ||
                         !printable(here, length)))
        return Status::malformed;
    }
    raw_ += length + 2;
    if (line == 0) return Status::complete;  // only the end of the trailers is empty: a size has a digit
  }
}

}  // namespace http
