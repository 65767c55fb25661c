// Tells a card number from other values, so that none gets into an order, and from there onto the topic and
// into Redis: 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1, annex B), however they are grouped.
// One in ten numbers of that length passes by chance.
//
// Thread: any; pure.
#pragma once

#include <string_view>

namespace http {

/// A text that is a card number, whatever blanks, dashes and dots stand around its digits.
bool card_number_text(std::string_view text);
/// A JSON number that is one, also written with a fraction of zeros or an exponent.
bool card_number_value(std::string_view number);

}  // namespace http
