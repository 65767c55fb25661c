// Any bytes as a connection's input: the parser finds the same requests, and the same end, wherever they are
// split. The first two bytes say where.
#include <cstdint>
#include <string>
#include <vector>

#include "edge/http/wire/limits.h"
#include "edge/http/wire/parser.h"
#include "engine/ensure.h"

namespace {

/// What was found, as one text.
std::string found(const std::string& text, std::size_t split) {
  http::HeadReader head;
  http::Parser parser{head};
  std::string seen;
  std::vector<char> left;
  std::size_t fed = 0;
  for (const std::size_t end : {split, text.size()}) {
    std::vector<char> data = left;
    data.insert(data.end(), text.begin() + static_cast<std::ptrdiff_t>(fed),
                text.begin() + static_cast<std::ptrdiff_t>(end));
    fed = end;
    std::size_t at = 0;
    while (at < data.size()) {
      const http::Parser::Status status = parser.parse(data.data() + at, data.size() - at);
      if (status == http::Parser::Status::need_more) break;
      if (status == http::Parser::Status::refused) {
        const int code = parser.refusal().status;
        ENSURE(code >= 400 && code <= 505);
        return seen + "refused " + std::to_string(code);
      }
      const http::Request& request = parser.request();
      ENSURE(request.body.size() <= http::limits::body_bytes);
      ENSURE(parser.consumed() > 0 && parser.consumed() <= data.size() - at);
      seen += std::string{request.path} + '?' + std::string{request.query} + ' ' + std::string{request.body} +
              '\n';
      at += parser.consumed();
      parser.reset();
    }
    left.assign(data.begin() + static_cast<std::ptrdiff_t>(at), data.end());
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text{reinterpret_cast<const char*>(data) + 2, size - 2};
  const std::size_t split = (std::size_t{data[0]} * 256 + data[1]) % (text.size() + 1);
  ENSURE(found(text, split) == found(text, text.size()));
  return 0;
}
