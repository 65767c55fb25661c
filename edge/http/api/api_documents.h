// The API described for machines: /openapi.json (OpenAPI 3.1) and /asyncapi.json (AsyncAPI 3.0), as constant
// text. Thread: any.
#pragma once

#include <string_view>

namespace http {

std::string_view openapi_document();
std::string_view asyncapi_document();

}  // namespace http
