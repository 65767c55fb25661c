// Reading a JSON body strictly: every field is walked; unknown and repeated keys, wrong types, anything
// behind the end are refused, with the pointer to the field (problem.h says how), all fields at once (complaints.h). Thread: the reactor's.
// Bounds: limits::body_bytes; limits::padding bytes behind a body are readable.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "edge/http/api/complaints.h"
#include "edge/http/wire/limits.h"
#include "edge/http/wire/problem.h"

namespace http::json {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using Verdict = std::optional<Problem>;  // nothing: fine

static_assert(limits::padding >= simdjson::SIMDJSON_PADDING);

/// `value` could not be read as what was wanted: another type, or no JSON at all.
template <class Value>
Problem unreadable(Value& value, error_code error, std::string pointer, std::string_view wanted) {
  if (error == simdjson::INCORRECT_TYPE && value.type().error() == simdjson::SUCCESS)
    return wrong_field(std::move(pointer), std::string{wanted});
  return malformed(simdjson::error_message(error), std::move(pointer));
}

/// RFC 6901, of a key that may be anything; long ones are cut at a character's begin.
std::string pointer_to(std::string_view parent, std::string_view key);

Verdict read_text(ondemand::value value, std::string pointer, std::string_view& out);
/// The characters of a number, which are JSON's; `wanted` says what else it is.
Verdict read_number(ondemand::value value, std::string pointer, std::string_view wanted,
                    std::string_view& out);
/// A whole number from `least` to `most`, which may be written 1.0; `wanted` says so.
Verdict read_whole(ondemand::value value, std::string pointer, std::int64_t least, std::int64_t most,
                   std::string_view wanted, std::int64_t& out);

/// One bit a known key, to refuse repeated ones.
class Seen {
 public:
  bool again(unsigned bit) {
    const bool was = (bits_ >> bit & 1U) != 0;
    bits_ |= 1U << bit;
    return was;
  }
  bool has(unsigned bit) const { return (bits_ >> bit & 1U) != 0; }

 private:
  unsigned bits_ = 0;
};

/// Calls take(index of the key, value, pointer) for each field. What it says of one is kept among the complaints, as
/// unknown keys are, and the next one is read; repeated keys end it.
template <std::size_t count, class Take>
Verdict walk(ondemand::object& object, const std::array<std::string_view, count>& keys,
             std::string_view parent, Seen& seen, Complaints& complaints, const Take& take) {
  for (auto each : object) {
    ondemand::field field;
    if (const error_code error = std::move(each).get(field)) return malformed(simdjson::error_message(error));
    std::string_view key;
    if (const error_code error = field.unescaped_key().get(key))
      return malformed(simdjson::error_message(error));
    unsigned index = 0;
    while (index < count && keys[index] != key) ++index;
    if (index == count) {
      complaints.add(pointer_to(parent, key), "is not a field that is known here");
      continue;
    }
    if (seen.again(index)) return malformed("the key is repeated", pointer_to(parent, key));
    if (Verdict problem = complaints.keep(take(index, field.value(), std::string_view{keys[index]})))
      return problem;
  }
  return std::nullopt;
}

/// The whole body is one object, which read(object) reads. A byte order mark before it is skipped, as RFC
/// 8259 section 8.1 lets a parser do.
template <class Read>
Verdict read_body(ondemand::parser& parser, std::string_view body, const Read& read) {
  ondemand::document document;
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  const simdjson::padded_string_view padded{body.data(), body.size(), body.size() + limits::padding};
  if (const error_code error = parser.iterate(padded).get(document))
    return malformed(simdjson::error_message(error));
  ondemand::object object;
  if (const error_code error = document.get_object().get(object))
    return unreadable(document, error, {}, "the body must be an object");
  if (Verdict problem = read(object)) return problem;
  // The location is out of bounds exactly when every token has been used.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return malformed("something stands behind the object");
  return std::nullopt;
}

/// The same of an object with these keys, as walk() has it. What a text says is good during take().
template <std::size_t count, class Take>
Verdict read_fields(std::string_view body, const std::array<std::string_view, count>& keys, Seen& seen,
                    Complaints& complaints, const Take& take) {
  ondemand::parser parser{limits::body_bytes + limits::padding};
  return read_body(parser, body,
                   [&](ondemand::object& object) { return walk(object, keys, "", seen, complaints, take); });
}

}  // namespace http::json
