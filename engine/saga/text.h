// What people write into an order (item, userId, sku), judged character by character: UTF-8 whose characters
// can be seen, so that two texts that look the same are the same and none can turn a line of a log or a mail
// round. A character is a Unicode code point.
//
// Not printable: control and format characters, line and paragraph separators, private use, noncharacters and
// what is ignored when it is shown (general categories Cc, Cf, Zl, Zp, Co and the property
// Default_Ignorable_Code_Point of Unicode 16). Two kinds of these are part of how words are written and pass
// where they are: a variation selector behind another character, and the joiners U+200C and U+200D between
// two characters from U+0590 on (Persian, the Indic scripts, emoji).
//
// Thread: any; pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace saga {

inline constexpr std::size_t character_bytes_max = 4;

/// 1 to `max` printable characters of valid UTF-8.
bool printable_text(std::string_view text, std::size_t max);

}  // namespace saga
