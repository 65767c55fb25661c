// Renders events of the tape as structured CloudEvents 1.0 (JSON), straight into memory that bytes_max has
// measured. What the binary mode needs are pieces of the same text. Everything that is the same for all
// events of a kind is put together once, at construction.
//
// Thread: any; constant after construction.
// Bounds: an event takes at most bytes_max(event) bytes, and never more than engine::limits::event_bytes_max.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "edge/kafka/settings.h"
#include "engine/ports.h"
#include "engine/tape/event.h"

namespace kafka {

/// One rendered event: views into the text just written.
struct Rendered {
  std::string_view text;                                         // the whole structured event
  std::string_view data;                                         // the value in binary mode
  std::string_view id, time, subject, causation_id, epoch, seq;  // causation_id: empty at step 1
};

/// Headers of one record, as engine::Log takes them: one in structured mode, all attributes in binary mode.
class RecordHeaders {
 public:
  static constexpr std::size_t max = 10;
  std::span<const engine::Log::Header> view() const { return {headers_.data(), count_}; }
  void add(std::string_view name, std::string_view value) { headers_[count_++] = {name, value}; }

 private:
  std::array<engine::Log::Header, max> headers_;
  std::size_t count_ = 0;
};

class CloudEvents {
 public:
  explicit CloudEvents(EventStyle style);

  /// An upper bound for the rendered text.
  std::size_t bytes_max(const tape::Event& event) const;
  Rendered render(char* to, const tape::Event& event, std::int64_t epoch, std::uint64_t seq) const;

  /// The record's value and headers in the mode of the settings.
  std::string_view value(const Rendered& rendered) const;
  RecordHeaders headers(const Rendered& rendered, saga::EventKind kind) const;

  /// EpochStarted: opens the log (law 5). `opening_id` is a UUID of this opening; `after` the epoch it
  /// continues, or -1.
  struct Opening {
    std::string_view opening_id, engine_id;
    engine::Store::Checkpoint checkpoint;
    std::int64_t after = -1;
    engine::Time at{};
  };
  std::string render_opening(const Opening& opening) const;
  RecordHeaders headers(const Opening& opening, std::string_view time) const;

  const EventStyle& style() const { return style_; }

 private:
  char* data(char* to, const tape::Event& event) const;

  const EventStyle style_;
  std::array<std::string, saga::event_kinds> types_;    // as CloudEvents' type, not escaped
  std::array<std::string, saga::event_kinds> sources_;  // as CloudEvents' source, not escaped
  std::array<std::string, saga::event_kinds> middles_;  // from the end of the id to the subject
  std::string mail_domain_;                             // escaped
};

}  // namespace kafka
