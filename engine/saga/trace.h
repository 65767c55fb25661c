// The trace that an order belongs to, as W3C Trace Context has it (https://www.w3.org/TR/trace-context/): the header
// `traceparent`, read and written, and the ids of the order's own spans.
//
// Ids of spans follow from the order's id, so every engine that works on an order gives them alike: a trace goes on
// behind a restart. The hash is written down here; another version of the engine may be the next.
//
// Thread: any; values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/saga/id.h"

namespace saga {

struct Trace {
  std::array<std::uint8_t, 16> id{};
  std::uint64_t span = 0;  // whoever caused what is done next
  std::uint8_t flags = 0;

  friend bool operator==(const Trace&, const Trace&) = default;

  /// It is recorded, by everybody who works on it.
  bool sampled() const { return (flags & 1U) != 0; }

  static constexpr std::size_t text_size = 55;
  using Text = std::array<char, text_size>;
  /// As version 00 has it: 00-<id>-<span>-<flags>.
  Text text() const;

  /// Nothing: it is not valid, and to be ignored. Of a version to come what version 00 knows is read.
  static std::optional<Trace> parse(std::string_view traceparent);
  /// Whether it is one as text() writes it.
  static bool written_by_us(std::string_view traceparent);
  /// Of an order that came without one: its id is the order's, the span is the order's own. `share` of all orders get
  /// one, 0 to 1, the same ones in every engine.
  static std::optional<Trace> begin(const OrderId& order, double share);
};

/// Of the order as a whole.
std::uint64_t span_of(const OrderId& order);
/// Of what happens within another span, by a number that tells it from what else happens there. Never 0.
std::uint64_t span_within(std::uint64_t span, std::uint64_t number);

/// Of the step that an order takes, and of the wait for its ack.
inline std::uint64_t span_of_step(const OrderId& order, std::uint32_t step) {
  return span_within(span_of(order), step);
}
inline std::uint64_t span_of_ack(const OrderId& order, std::uint32_t step) {
  return span_within(span_of_step(order, step), 0);
}

}  // namespace saga
