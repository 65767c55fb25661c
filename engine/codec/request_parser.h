// Reads a request off the topic: a structured or a binary CloudEvent with which somebody outside answers an event of an
// order. What it says is for the order's handler to judge; here it is only read.
//
// Its `data` goes into an event as it stands, so all of it must be JSON that any reader can read: a number that no 64 bits
// hold makes it broken.
//
// Thread: one.
// Bounds: a name (source and id), a reference, a tracking number, a carrier and a reason of at most
// request_text_bytes each, `data` of at most request_data_bytes: what is longer is broken.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/ports.h"

namespace codec {

inline constexpr std::size_t request_text_bytes = 1024;
inline constexpr std::size_t request_data_bytes = 4096;

class RequestParser {
 public:
  explicit RequestParser(std::string type_prefix);
  ~RequestParser();

  /// Of a record without epoch and seq (heading.h): with them it is no request.
  engine::Request parse(tape::Offset offset, std::string_view value,
                        std::span<const engine::Log::Header> headers);

 private:
  struct Json;  // keeps simdjson out of this header
  struct Attributes {
    std::string_view type, id, source, subject, causation_id;
  };

  bool read_attributes(std::string_view value, std::span<const engine::Log::Header> headers,
                       Attributes& attributes);
  bool read_names(const Attributes& attributes, engine::Request& request) const;
  bool read_said(std::string_view value, engine::Request& request) const;

  const std::string type_prefix_;
  std::unique_ptr<Json> json_;
};

}  // namespace codec
