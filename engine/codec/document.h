// An order as one JSON text: what GET answers, and with a private part behind it, what Redis keeps.
//
//   {"orderId":…,"status":…,"reason":…,"item":…,"amount":…,              the public part, as GET gives it
//    "paymentReference":…,"trackingNumber":…,"carrier":…,"steps":[…],
//    "bodyHash":"<hex>","step":5,"userId":…,"userEmail":…,                the private part: the order,
//    "traceparent":"00-…",                                                its trace, if it has one,
//    "left":[98,null],"after":[100,null],"capture":"later",               the results of its steps,
//    "said":[{"type":"PaymentConfirmed","data":"{…}"}]}                   and what was said outside
//
// Only acked steps appear; steps alike as one, with "count", "lastStep", "lastAt" and "lastOffset" (tape/steps.h).
// A step of NotificationFailed has the mail server's "answer" as well, the last one; behind the steps stand the
// order's "shipping", "payment" and "metadata".
// engine/codec/document_parser.h makes a record of it again.
//
// Thread: the reactor's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/tape/record.h"

namespace codec {

/// Appends the whole document.
void render_document(const tape::Record& record, std::string& out);
/// Appends it as it was after the first `steps` acked ones.
void render_document(const tape::Record& record, std::uint32_t steps, std::string& out);

/// The public part of a document, complete with its closing brace.
std::string public_part(std::string_view document);
/// The body hash kept in a document; nothing if it is not one of ours.
std::optional<saga::Digest> body_hash(std::string_view document);
/// Whether such a step has happened to the order.
bool has_step(std::string_view document, saga::EventKind kind);
/// Whether `text` is the order's e-mail address or its reference.
bool names(std::string_view document, std::string_view text);
/// Its status, and why it is turned back; nothing: it is not, or this is not one of ours.
std::optional<saga::State> status(std::string_view document);
std::optional<saga::Reason> reason(std::string_view document);

}  // namespace codec
