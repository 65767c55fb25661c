// The live page at `/`: one self-contained HTML text.
#pragma once

#include <string_view>

namespace web {

std::string_view page();

}  // namespace web
