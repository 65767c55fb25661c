// The fields that a document in Redis and an event on the topic have in common, read out of JSON: an order's
// goods and owner, times, texts. What they are written by is engine/saga/render.h.
//
// Thread: any; nothing here has state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"
#include "engine/saga/order.h"
#include "engine/time.h"

namespace simdjson::dom {
class element;
}

namespace codec {

/// An order as read: text lives in the parser that read it and in what it read, lines here.
struct Draft {
  saga::Order order;
  std::vector<saga::Line> lines;
};

/// Reads the order out of an object that has its fields; `text` is what the object was parsed from
/// (opaque.h). An error names the field that is not as we write it.
engine::Result<> read_order(const simdjson::dom::element& object, std::string_view text, Draft& draft);

/// Nothing: it has no such text.
std::optional<std::string_view> text_of(const simdjson::dom::element& object, std::string_view key);
std::optional<std::int64_t> number_of(const simdjson::dom::element& object, std::string_view key);

/// 2026-01-02T03:04:05.123456Z, as saga::json::time writes it.
std::optional<engine::Time> parse_time(std::string_view text);
std::optional<saga::Digest> parse_digest(std::string_view hex);
/// An order's trace, if it is one as we write it: else it has none.
std::string_view trace_of(std::string_view traceparent);

/// The step in "<orderId>.<step>", of this order.
std::optional<std::uint32_t> step_of(std::string_view id, std::string_view order);

}  // namespace codec
