// The live page at `/`: one self-contained HTML text, with everything it needs inside.
// Thread: any; constant.
#pragma once

#include <string_view>

namespace web {

std::string_view page();

}  // namespace web
