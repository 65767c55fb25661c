// A record of the topic as somebody reads it who knows nothing but the contract: the fields of a CloudEvent,
// found in its text by their names. Views into the record. Bounds: what the engine writes; no general JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sim {

/// The string behind `key` (without quotes), or nothing; the number behind it, or nothing.
std::string_view text_of(std::string_view json, std::string_view key);
std::optional<std::int64_t> number_of(std::string_view json, std::string_view key);

struct LineText {
  std::string_view sku;
  std::int64_t quantity = 1;
  std::optional<std::int64_t> left;
  bool stocked = true;
};

struct RecordText {
  std::string_view key, id, type, source, subject, time, cause, turn, trace;
  std::string_view data;  // up to what is opaque
  std::int64_t epoch = -1;
  std::int64_t seq = 0;
  std::string_view opaque;      // ,"shipping":{…},"payment":{…},"metadata":{…} at the end of the data
  std::vector<LineText> lines;  // of the data

  RecordText(std::string_view record_key, std::string_view value);
};

}  // namespace sim
