// What the address in a problem's `type` says when somebody follows it: what has happened, and what to do about it.
// Thread: any; pure.
#pragma once

#include <string_view>

namespace http {

/// Of a path, /problems/…; empty: there is no such type.
std::string_view problem_text(std::string_view type);

}  // namespace http
