// The encodings that mails need, each appending to a text: dates, encoded words, quoted-printable, HTML.
//
// Thread: any; pure functions.
#pragma once

#include <string>
#include <string_view>

#include "engine/time.h"

namespace smtp::mime {

/// "Fri, 02 Jan 2026 03:04:05 +0000" (RFC 5322 section 3.3). Seconds are cut, not rounded.
void append_date(std::string& out, engine::Time at);

/// A display name: as it is when it is made of plain words, quoted when it is ASCII, else as encoded words
/// (RFC 2047) of at most 75 bytes, one a line. `name` is UTF-8 without control characters.
void append_display_name(std::string& out, std::string_view name);

/// RFC 2045 section 6.7: lines of at most 76 bytes, ended by CR LF. A "\n" in `text` is the end of a line.
/// An "=" is always encoded, so "=_" never appears: what a boundary begins with.
void append_quoted_printable(std::string& out, std::string_view text);

/// Text for an HTML body or a quoted attribute; control characters become blanks.
void append_html(std::string& out, std::string_view text);

/// Text for a plain body, on one line: control characters become blanks.
void append_plain(std::string& out, std::string_view text);

}  // namespace smtp::mime
