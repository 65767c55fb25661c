// The API described for machines: /openapi.json (OpenAPI 3.1) and /asyncapi.json (AsyncAPI 3.0), as constant
// text; and the headers of the live page. Thread: any.
#pragma once

#include <string_view>

namespace http {

std::string_view openapi_document();
std::string_view asyncapi_document();

/// The page brings everything it needs inside: nothing else may be loaded, and nobody may frame it.
inline constexpr std::string_view page_headers =
    "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'\r\n";

}  // namespace http
