// Spans as OTLP has them over HTTP, in JSON (https://opentelemetry.io/docs/specs/otlp/): ids in hex, numbers of 64 bits as
// strings, names in lowerCamelCase; and what the collector answers.
//
// Thread: any; nothing here has state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "edge/span.h"

namespace traces {

/// Who the spans are from.
struct Resource {
  std::string version;      // of the engine
  std::string instance_id;  // which engine
};

/// An ExportTraceServiceRequest.
std::string render(const Resource& resource, std::span<const edge::Span> spans);

/// How many spans a collector that took the request has not taken, by its answer; and why.
struct Rejected {
  std::uint64_t spans = 0;
  std::string why;
};
Rejected read_answer(std::string_view body);

}  // namespace traces
