// What the reader rule needs to know of a record, parsed out of its value (structured CloudEvents) or its
// headers (binary). EpochStarted is recognised whatever prefix its type has, so that engines with different
// prefixes see the same epochs. Anything that is not one of our events gives a heading without epoch and seq:
// a request.
//
// Thread: one.
// Bounds: none of its own; a record is as large as Kafka let it be.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "engine/ports.h"
#include "engine/tape/reader_rule.h"

namespace codec {

class HeadingParser {
 public:
  HeadingParser();
  ~HeadingParser();

  /// Views in the result live until the next call.
  tape::Heading parse(tape::Offset offset, std::string_view value,
                      std::span<const engine::Log::Header> headers);

 private:
  struct Json;  // keeps simdjson out of this header

  tape::Heading from_json(tape::Offset offset, std::string_view value);
  tape::Heading from_headers(tape::Offset offset, std::string_view value,
                             std::span<const engine::Log::Header> headers);

  std::unique_ptr<Json> json_;
};

}  // namespace codec
