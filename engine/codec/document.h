// An order as one JSON text: what GET answers, and with a private part behind it, what Redis keeps.
//   {"orderId":…,"status":…,"reason":…,"item":…,"amount":…,…,"steps":[…]            the public part, as GET
//   gives it
//   (a step of NotificationFailed says the mail server's "answer" too; behind the steps stand the order's
//   "shipping", "payment" and "metadata")
//    ,"bodyHash":"<hex>","step":5,"userId":…,"userEmail":…                           the private part,
//    ,"left":[98,null],"trackingNumber":…}                                           with what steps left
//    behind
// Only acked steps appear. engine/codec/document_parser.h makes it a record again. Thread: the reactor's.
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
/// Its status.
std::optional<saga::State> status(std::string_view document);

}  // namespace codec
