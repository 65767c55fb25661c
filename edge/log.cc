#include "edge/log.h"

#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <iterator>
#include <mutex>

namespace edge {
namespace {

constexpr std::size_t queued_lines_max = 8192;
constexpr int patience_ms = 2000;

std::string_view level_name(Log::Level level) {
  switch (level) {
    case Log::Level::debug:
      return "debug";
    case Log::Level::info:
      return "info";
    case Log::Level::warn:
      return "warn";
    case Log::Level::error:
      return "error";
  }
  return "error";
}

// Straight to a descriptor: no buffer that a crash would lose. Runs on the writing thread only.
//
// A pipe that nobody reads is given up after `patience_ms`, line by line without waiting from then on, or a
// stuck reader could keep the engine from ending.
class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DescriptorSink(int out) : out_(out) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view left(line.data(), line.size());
    while (!left.empty()) {
      pollfd ready{out_, POLLOUT, 0};
      const int count = ::poll(&ready, 1, stuck_ ? 0 : patience_ms);
      if (count < 0 && errno == EINTR) continue;
      stuck_ = count == 0;
      if (count <= 0) return;
      // PIPE_BUF is what a ready pipe takes without blocking.
      const ssize_t written = ::write(out_, left.data(), std::min<std::size_t>(left.size(), PIPE_BUF));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      left.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void flush_() override {}

  int out_;
  bool stuck_ = false;
};

// The length of the UTF-8 sequence at the start of `text`, or 0 when it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
  if (byte(0) < 0x80) return 1;
  if (byte(0) >= 0xc2 && byte(0) < 0xe0 && follows(1)) return 2;
  if (byte(0) >= 0xe0 && byte(0) < 0xf0 && follows(1) && follows(2)) {
    const bool overlong = byte(0) == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = byte(0) == 0xed && byte(1) >= 0xa0;
    return overlong || surrogate ? 0 : 3;
  }
  if (byte(0) >= 0xf0 && byte(0) < 0xf5 && follows(1) && follows(2) && follows(3)) {
    const bool overlong = byte(0) == 0xf0 && byte(1) < 0x90;
    const bool beyond = byte(0) == 0xf4 && byte(1) >= 0x90;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

// Appends `text` so that it stays on its line and inside quotes: JSON's escapes, which a person reads as
// well.
void append_escaped(std::string& line, std::string_view text, bool quotes) {
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = utf8_length(text);
    if (c == '\n') {
      line += "\\n";
    } else if (quotes && (c == '"' || c == '\\')) {
      line += '\\';
      line += c;
    } else if (length == 1 && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(c));
    } else if (length == 0) {
      line += "\xef\xbf\xbd";  // U+FFFD, for a byte that is no UTF-8
    } else {
      line += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

void append_json(std::string& line, std::string_view message, Log::Fields fields) {
  line += ",\"message\":\"";
  append_escaped(line, message, true);
  line += '"';
  for (const LogField& field : fields) {
    line += ",\"";
    append_escaped(line, field.name, true);
    line += field.plain ? "\":" : "\":\"";
    append_escaped(line, field.value, true);
    if (!field.plain) line += '"';
  }
}

void append_text(std::string& line, std::string_view message, Log::Fields fields) {
  append_escaped(line, message, false);
  for (const LogField& field : fields) {
    line += ' ';
    append_escaped(line, field.name, false);
    line += '=';
    const bool quotes = field.value.empty() || field.value.find_first_of(" \"=\\\n") != std::string::npos;
    if (quotes) line += '"';
    append_escaped(line, field.value, quotes);
    if (quotes) line += '"';
  }
}

}  // namespace

// The library shares its sinks and its thread by pointer; nothing of ours does.
struct Log::Writer {
  Writer(Format format, int out)
      : pool(std::make_shared<spdlog::details::thread_pool>(queued_lines_max, 1)),
        sink(std::make_shared<DescriptorSink>(out)),
        logger(std::make_shared<spdlog::async_logger>("engine", sink, pool,
                                                      spdlog::async_overflow_policy::overrun_oldest)) {
    const auto* pattern =
        format == Format::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ",%v})" : "%Y-%m-%dT%H:%M:%S.%fZ %v";
    logger->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    logger->set_level(spdlog::level::trace);
  }

  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<DescriptorSink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<std::size_t> lost_told{0};
};

Log::Log(Level least, Format format, int out)
    : least_(least), format_(format), writer_(std::make_unique<Writer>(format, out)) {}

Log::~Log() { report_lost(true); }

void Log::write(Level level, std::string_view message, Fields fields) {
  if (level < least_) return;
  report_lost(false);
  enqueue(level, message, fields);
}

void Log::enqueue(Level level, std::string_view message, Fields fields) {
  std::string line;
  if (format_ == Format::json) {
    fmt::format_to(std::back_inserter(line), R"("level":"{}")", level_name(level));
    append_json(line, message, fields);
  } else {
    fmt::format_to(std::back_inserter(line), "{:<5} ", level_name(level));
    append_text(line, message, fields);
  }
  writer_->logger->log(spdlog::level::critical, spdlog::string_view_t(line));
}

void Log::report_lost(bool last_chance) {
  const std::size_t lost = writer_->pool->overrun_counter();
  std::size_t told =
      writer_->lost_told.load(std::memory_order_relaxed);  // only a number to compare, orders nothing
  // Said once the queue has room again, or the saying would push out lines of its own.
  if (lost == told || (!last_chance && writer_->pool->queue_size() > queued_lines_max / 2)) return;
  if (!writer_->lost_told.compare_exchange_strong(told, lost, std::memory_order_relaxed)) return;
  const LogField count{"count", lost - told};
  enqueue(Level::warn, "log lines were lost, for they were not taken in time", {&count, 1});
}

}  // namespace edge
