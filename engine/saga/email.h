// The one answer to "is this an e-mail address we send to?": asked by the HTTP edge before an order is
// admitted and by the SMTP edge before an envelope is written, so that the two cannot disagree.
//
// Accepted: the Mailbox of RFC 5321 section 4.1.2: a local part that is a dot-atom or a quoted string
// ("a..b"), and a domain of letter-digit-hyphen labels. Not accepted although the RFC has them: an empty
// quoted string or one with angle brackets, comments, address literals ("[192.0.2.1]"), and domains without a
// dot or with a numeric last label, to which no mail is delivered in public. Not accepted either: anything
// outside ASCII (an internationalized domain is in its xn-- form here, which edge/http writes it in; an
// internationalized local part, RFC 6531, is not supported).
//
// Invariants: what is accepted holds no control character and no angle bracket, and blanks, commas, colons,
// quotes and backslashes only within a quoted string that is closed, so it can stand in a header and in an
// SMTP command as it is.
//
// Bounds: local part at most 64 bytes, label 63, all of it max_email_bytes (which keeps the domain under its
// 253).
//
// Thread: any; pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace saga {

bool valid_email(std::string_view address);

/// Where the domain begins: behind the last "@", for a quoted local part may hold others. 0: there is none.
std::size_t email_domain(std::string_view address);

}  // namespace saga
