// One mail as bytes: an RFC 5322 message with a plain text and an HTML part, rendered from an order.
//
// Everything in it follows from the order, the template, the causing event's time and the configured sender,
// so the same mail rendered again, by another process years later, is the same bytes and has the same
// Message-ID: whoever receives it twice can tell.
//
// Invariants: nothing from an order reaches a header but its id (hexadecimal) and its e-mail address, and
// that only if saga::valid_email says yes; bodies are quoted-printable, and HTML-escaped in the HTML part, so
// no input can end a part, a line or the message.
//
// Bounds: no line is longer than 78 bytes but those with the Message-ID or a long address, which stay under
// 400.
//
// Thread: any; pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/ports.h"
#include "engine/saga/email.h"

namespace smtp {

/// The configured sender, taken apart once.
struct Sender {
  std::string name;     // as people read it, UTF-8; empty if there is only an address
  std::string address;  // of the envelope
  std::string header;   // the value of From, encoded and folded

  /// What message ids end with.
  std::string_view domain() const { return std::string_view(address).substr(saga::email_domain(address)); }
};

/// Reads "Shop <orders@example.com>", "\"Shop, Inc.\" <orders@example.com>" or "orders@example.com".
std::optional<Sender> parse_sender(std::string_view from);

struct Message {
  std::string
      name;  // <template>.<orderId>, asked for again .<step>: one mail, whoever sends it and how often
  std::string from;  // addresses of the envelope
  std::string to;
  std::string text;  // headers and body, lines ended by CR LF
};

/// Nothing if the order's address is none we send to.
std::optional<Message> render_message(const engine::Mail& mail, const Sender& sender);

}  // namespace smtp
