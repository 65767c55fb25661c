// The one answer to "is this an e-mail address we send to?": asked by the HTTP edge before an order is
// admitted and by the SMTP edge before an envelope is written, so that the two cannot disagree.
//
// Accepted: the Mailbox of RFC 5321 section 4.1.2 in its plain form, a dot-atom local part and a domain of
// letter-digit-hyphen labels. Not accepted although the RFC has them: quoted local parts, comments, address
// literals ("[192.0.2.1]"), and domains without a dot or with a numeric last label, to which no mail is
// delivered in public. Not accepted either: anything outside ASCII (an internationalized domain is written in
// its xn-- form; an internationalized local part, RFC 6531, is not supported).
//
// Invariants: what is accepted holds no blank, control character, quote, angle bracket, comma, colon or
// backslash, so it can stand in a header and in an SMTP command as it is.
//
// Bounds: local part at most 64 bytes, label 63, all of it max_email_bytes (which keeps the domain under its
// 253).
//
// Thread: any; pure.
#pragma once

#include <string_view>

namespace saga {

bool valid_email(std::string_view address);

}  // namespace saga
