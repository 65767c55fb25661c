// A chunked body (RFC 9112 section 7.1), taken strictly: every line ends with CRLF, sizes are plain hex,
// extensions and trailers are skipped within bounds. Decoded in place: the content ends up in front, where
// the first chunk's size stood. (llhttp could do it too, but accepts bare line feeds in some versions.)
#pragma once

#include <cstddef>

namespace http {

class Chunked {
 public:
  enum class Status { need_more, complete, malformed, too_large };

  /// `size` bytes of the raw body have arrived at `body`; earlier ones may be decoded already.
  Status decode(char* body, std::size_t size);

  std::size_t raw() const { return raw_; }          // bytes of framing and content used so far
  std::size_t decoded() const { return decoded_; }  // bytes of content, from `body` on

 private:
  enum class Part { size, content, trailer };

  Status read_size(const char* line, std::size_t length);

  Part part_ = Part::size;
  std::size_t chunk_ = 0;
  std::size_t raw_ = 0;
  std::size_t decoded_ = 0;
  std::size_t trailer_ = 0;
};

}  // namespace http
