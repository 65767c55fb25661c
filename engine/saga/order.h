// What the customer ordered: everything about an order that never changes once it is placed.
// An Order owns nothing: its text lives behind it in the record's one allocation (tape/record.h) or, as a
// draft, in the request it was parsed from. Any thread may read it as long as the record lives. Bounds: at
// most max_lines lines; text lengths as below; amounts as in money.h.
// Invariants: the total is the sum of the lines less the discount, and not negative.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/saga/id.h"
#include "engine/saga/money.h"
#include "engine/saga/table.h"
#include "engine/saga/text.h"

namespace saga {

inline constexpr std::size_t max_lines = 100;
inline constexpr std::size_t max_user_id_characters = 128;
inline constexpr std::size_t max_sku_characters = 128;
inline constexpr std::size_t max_user_id_bytes = max_user_id_characters * character_bytes_max;
inline constexpr std::size_t max_sku_bytes = max_sku_characters * character_bytes_max;
inline constexpr std::size_t max_reference_characters = 64;
inline constexpr std::size_t max_reference_bytes = max_reference_characters * character_bytes_max;
inline constexpr std::size_t max_object_bytes = 4096;  // of shipping, payment, metadata: each
inline constexpr std::size_t max_email_bytes = 254;  // RFC 5321 section 4.5.3.1.3, without the angle brackets
inline constexpr std::uint32_t max_quantity = 1'000'000;

struct Line {
  std::string_view sku;
  std::uint32_t quantity = 1;
  std::int64_t price_minor = 0;  // of one unit
  bool stocked = true;           // no: postage, tax, wrapping; it has a price and takes nothing from stock
};

using Digest = std::array<std::uint8_t, 32>;  // SHA-256

struct Order {
  OrderId id;
  Digest body_hash{};  // of the request's bytes: tells a repeated request from another one under the same id
  Currency currency;
  bool short_form = true;  // placed as item/amount, shown the same way
  Capture capture = Capture::at_once;
  std::int64_t total_minor = 0;     // what is to be paid
  std::int64_t discount_minor = 0;  // taken off the sum of the lines already
  std::string_view user_id;
  std::string_view email;
  std::string_view reference;   // the shop's own number; empty: none
  std::span<const Line> lines;  // a short form has exactly one
  // JSON objects for whoever does the work outside, byte for byte as the shop sent them; empty: none.
  std::string_view shipping, payment, metadata;
  std::string_view traceparent;  // of the trace it belongs to, as Trace writes it; empty: none

  /// Nobody is asked to pay it.
  bool costs_nothing() const { return total_minor == 0; }
  /// The turn that is due in a state: none where it is about money that nobody is asked for.
  Turn turn_in(State state) const {
    const Turn turn = turn_of(state);
    const bool money = turn != Turn::none && handler_of(turn) == HandlerId::payment;
    return money && costs_nothing() ? Turn::none : turn;
  }
};

}  // namespace saga
