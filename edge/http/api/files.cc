#include "edge/http/api/files.h"

#include <algorithm>
#include <string>

#include "edge/http/wire/text.h"

namespace http {
namespace {

constexpr std::string_view page_headers =
    "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'\r\n";
// A page in a frame of the desk: what it shows has an origin of its own, may style itself, and loads and runs nothing.
constexpr std::string_view frame_headers =
    "Cache-Control: public, max-age=31536000, immutable\r\nX-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\nContent-Security-Policy: sandbox allow-scripts; default-src 'none'; "
    "script-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action "
    "'none'\r\n";
constexpr std::string_view kept_headers =
    "Cache-Control: public, max-age=31536000, immutable\r\nX-Content-Type-Options: nosniff\r\n";

}  // namespace

void answer_file(const std::vector<File>& files, std::string_view name, const Request& request,
                 Exchange& exchange) {
  const auto file =
      std::find_if(files.begin(), files.end(), [&](const File& one) { return one.name == name; });
  if (file == files.end()) return exchange.refuse({.status = 404, .detail = "there is nothing here"});
  const bool framed = !name.empty() && file->type.starts_with("text/html");
  std::string headers{name.empty() ? page_headers : framed ? frame_headers : kept_headers};
  headers.append("ETag: ").append(file->tag).append("\r\n");
  if (names_tag(request.if_none_match.text(), file->tag, true))
    return exchange.answer({304, {}, headers, {}});
  exchange.answer({200, file->type, headers, file->text});
}

}  // namespace http
