#include "edge/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "tests/catch.h"

using edge::Log;

namespace {

// A pipe that a log writes into. What is read is what arrived by the time the log is gone.
class Pipe {
 public:
  Pipe() { REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int in() const { return ends_[1]; }
  std::vector<std::string> lines() {
    REQUIRE(::fcntl(ends_[0], F_SETFL, O_NONBLOCK) == 0);
    std::string text;
    std::array<char, 4096> chunk{};
    for (ssize_t count = 0; (count = ::read(ends_[0], chunk.data(), chunk.size())) > 0;) {
      text.append(chunk.data(), static_cast<std::size_t>(count));
    }
    std::vector<std::string> lines;
    for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      lines.push_back(text.substr(0, end));
    }
    CHECK(text.empty());
    return lines;
  }

 private:
  std::array<int, 2> ends_{};
};

constexpr std::size_t time_length = std::string_view("2026-01-02T03:04:05.123456Z").size();

}  // namespace

TEST_CASE("text: time, level, message and fields on one line") {
  Pipe pipe;
  {
    Log log(Log::Level::info, Log::Format::text, pipe.in());
    log.info("listening on {}:{}", "127.0.0.1", 8080);
    log.warn("broker away", {{"broker", "k 1"}, {"attempt", 3}, {"reason", ""}});
    log.error("two\nlines\ttab", {{"note", "say \"hi\"\n"}});
    log.debug("not {}", "shown");
    log.debug("nor this", {{"a", 1}});
  }
  const auto lines = pipe.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].substr(time_length) == " info  listening on 127.0.0.1:8080");
  CHECK(lines[0].at(10) == 'T');
  CHECK(lines[0].at(time_length - 1) == 'Z');
  CHECK(lines[1].substr(time_length) == " warn  broker away broker=\"k 1\" attempt=3 reason=\"\"");
  CHECK(lines[2].substr(time_length) == " error two\\nlines\\u0009tab note=\"say \\\"hi\\\"\\n\"");
}

TEST_CASE("JSON: whatever the bytes, one valid object a line") {
  Pipe pipe;
  {
    Log log(Log::Level::debug, Log::Format::json, pipe.in());
    log.info("a \"quote\" and \\",
             {{"id", std::string("x\ny")}, {"offset", 12}, {"took", 0.5}, {"ok", true}});
    log.debug("bad \xff utf-8 \xc3\xa4 \xed\xa0\x80", {});
    log.warn("{}", std::string_view("nul \0 and %v {} percent", 23));
  }
  const auto lines = pipe.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("{\"time\":\"20"));
  CHECK(lines[0].substr(9 + time_length) ==
        R"(","level":"info","message":"a \"quote\" and \\","id":"x\ny","offset":12,"took":0.500,"ok":true})");
  CHECK(lines[1].substr(9 + time_length) ==
        "\",\"level\":\"debug\",\"message\":\"bad \xef\xbf\xbd utf-8 \xc3\xa4 "
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}");
  CHECK(lines[2].substr(9 + time_length) ==
        "\",\"level\":\"warn\",\"message\":\"nul \\u0000 and %v {} percent\"}");
}

TEST_CASE("a reader who does not read makes no caller wait, and what is lost is counted") {
  Pipe pipe;
  constexpr int lines_written = 20'000;  // far more than pipe and queue hold
  {
    Log log(Log::Level::info, Log::Format::text, pipe.in());
    const std::string filler(100, 'x');
    for (int i = 0; i < lines_written; ++i) log.info("line {} {}", i, filler);
  }
  // That this point is reached is the test: with a log that blocks, it is not.
  const auto lines = pipe.lines();
  CHECK_FALSE(lines.empty());
  CHECK(lines.size() < lines_written);
}
