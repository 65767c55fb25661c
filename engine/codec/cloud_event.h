// Renders events of the tape as structured CloudEvents 1.0 (JSON), straight into memory that bytes_max has
// measured. What the binary mode needs are pieces of the same text. Everything that is the same for all
// events of a kind is put together once, at construction.
//
// Thread: any; constant after construction.
// Bounds: an event takes at most bytes_max(event) bytes; admission keeps that below limits::event_bytes_max.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/codec/event_style.h"
#include "engine/ports.h"
#include "engine/tape/event.h"

namespace codec {

/// One rendered event: views into the text just written, an empty one for what it does not have.
struct Rendered {
  saga::EventKind kind{};
  std::string_view text;  // the whole structured event
  std::string_view data;  // the value in binary mode
  std::string_view id, subject, time, causation_id, turn, traceparent, epoch, seq;
};

/// Headers of one record, as engine::Log takes them: one in structured mode, all attributes in binary mode.
class RecordHeaders {
 public:
  static constexpr std::size_t max = 12;
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

  /// What whoever has the turn is told: the event that first gave it, without its place in the log, with the whole
  /// order and what is to be undone. The same bytes in every attempt and every engine.
  std::string render_turn(const tape::Record& record) const;

  /// EpochStarted, which opens the log (law 5).
  struct Opening {
    std::string_view opening_id{};  // a UUID of this opening
    std::string_view engine_id{};
    /// Where a start begins to read the log; offset -1: at its beginning. A reopening has none: it goes on
    /// from memory, reads nothing from Redis, and may be far ahead of the checkpoint there.
    engine::Store::Checkpoint checkpoint{};
    std::int64_t after = -1;  // the epoch a reopening continues, or -1
    engine::Time at{};
  };
  /// Into `text`, which the views then need.
  Rendered render(std::string& text, const Opening& opening) const;

  // The record in the mode of the settings.
  std::string_view value(const Rendered& rendered) const;
  RecordHeaders headers(const Rendered& rendered) const;

  const EventStyle& style() const { return style_; }

 private:
  char* render_head(char* begin, const tape::Event& event, Rendered& out) const;
  Rendered render_rest(char* begin, char* to, const tape::Event& event, std::int64_t epoch, std::uint64_t seq,
                       Rendered out) const;
  Rendered render_stock(char* begin, const tape::Event& event, std::int64_t epoch, std::uint64_t seq) const;

  const EventStyle style_;
  // By kind: type and source as they are, and from the end of the id to the subject or time as JSON.
  std::array<std::string, saga::event_kinds> types_, sources_, middles_;
  std::string mail_domain_;  // escaped
};

}  // namespace codec
