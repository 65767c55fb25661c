// One line for each thing that happened, as text or JSON, on standard error.
//
// A call formats its line, puts it into a bounded queue and returns; a thread of its own writes. When the
// reader of standard error is slow, the oldest lines go, their number is logged, and no caller ever waits for
// it.
//
//   log.info("listening on {}:{}", host, port);
//   log.warn("broker away", {{"broker", name}, {"attempt", attempt}});
//
// Thread: any. The destructor writes what is queued.
// Invariants: a line is one line, whatever is in the message; JSON stays valid for any bytes.
// Bounds: 8192 lines wait at most.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace edge {

// A name and a value beside the message; numbers stay numbers in JSON.
struct LogField {
  template <class Value>
  LogField(std::string_view field_name, const Value& field_value)
      : name(field_name),
        value(fmt::format("{}", field_value)),
        plain(std::integral<Value> && !std::same_as<Value, char>) {}
  LogField(std::string_view field_name, double number)  // to three digits behind the point
      : name(field_name), value(fmt::format("{:.3f}", number)), plain(std::isfinite(number)) {}

  std::string_view name;
  std::string value;
  bool plain;  // written without quotes
};

class Log {
 public:
  enum class Level : std::uint8_t { debug, info, warn, error };
  enum class Format : std::uint8_t { text, json };
  using Fields = std::span<const LogField>;
  using List = std::initializer_list<LogField>;

  // Writes to the descriptor `out`, which stays the caller's.
  Log(Level least, Format format, int out = 2);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  template <class... Arguments>
  void debug(fmt::format_string<Arguments...> message, Arguments&&... arguments) {
    format_line(Level::debug, message, std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  void info(fmt::format_string<Arguments...> message, Arguments&&... arguments) {
    format_line(Level::info, message, std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  void warn(fmt::format_string<Arguments...> message, Arguments&&... arguments) {
    format_line(Level::warn, message, std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  void error(fmt::format_string<Arguments...> message, Arguments&&... arguments) {
    format_line(Level::error, message, std::forward<Arguments>(arguments)...);
  }

  void debug(std::string_view message, List fields) { write(Level::debug, message, fields); }
  void info(std::string_view message, List fields) { write(Level::info, message, fields); }
  void warn(std::string_view message, List fields) { write(Level::warn, message, fields); }
  void error(std::string_view message, List fields) { write(Level::error, message, fields); }

  void write(Level level, std::string_view message, Fields fields = {});
  void write(Level level, std::string_view message, List fields) {
    write(level, message, Fields(fields.begin(), fields.size()));
  }

 private:
  template <class... Arguments>
  void format_line(Level level, fmt::format_string<Arguments...> message, Arguments&&... arguments) {
    if (level < least_) return;
    write(level, fmt::format(message, std::forward<Arguments>(arguments)...));
  }

  void enqueue(Level level, std::string_view message, Fields fields);
  void report_lost(bool last_chance);

  struct Writer;  // keeps the logging library out of this header
  Level least_;
  Format format_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace edge
