// A topic partition in memory behind engine::Log: the test says when a message is written, what strangers
// write in between, and what is reported when. Records are read back with the real parser and rule.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "edge/kafka/heading.h"
#include "edge/kafka/read_back.h"
#include "engine/ports.h"
#include "tests/catch.h"

namespace kafka::test {

class VirtualLog final : public engine::Log {
 public:
  struct Written {
    std::uint64_t seq = 0;  // 0: not one of ours
    std::string key, value;
    std::vector<std::pair<std::string, std::string>> headers;
  };

  /// `epoch` records of others come first, then our EpochStarted.
  explicit VirtualLog(std::int64_t epoch) {
    for (std::int64_t i = 0; i < epoch; ++i) stranger("{}");
    opening("ours");
  }

  // --- The test's side.
  std::vector<Written> topic;  // by offset
  std::deque<Written> queue;   // produced, not written
  std::deque<Report> due;      // what reports() gives next
  std::size_t queue_max = SIZE_MAX;
  std::string fatal;
  int fail_read_backs = 0;
  int questions = 0;
  Place asked;

  tape::Offset write_next() {
    topic.push_back(std::move(queue.front()));
    queue.pop_front();
    return static_cast<tape::Offset>(topic.size()) - 1;
  }
  void write_and_report_all() {
    while (!queue.empty()) {
      const std::uint64_t seq = queue.front().seq;
      due.push_back({seq, write_next()});
    }
  }
  void stranger(std::string value) { topic.push_back({0, "", std::move(value), {}}); }
  void opening(const std::string& id, const std::string& data = "{}") {
    stranger(R"({"specversion":"1.0","type":"EpochStarted","id":")" + id + R"(","data":)" + data + "}");
  }
  void write_again(std::uint64_t seq) {
    for (std::size_t i = 0; i < topic.size(); ++i) {
      if (topic[i].seq == seq) return topic.push_back(Written(topic[i]));
    }
  }
  tape::Heading heading(std::size_t offset) {
    std::vector<Header> headers;
    for (const auto& [name, value] : topic[offset].headers) headers.push_back({name, value});
    return parser_.parse(static_cast<tape::Offset>(offset), topic[offset].value, headers);
  }

  // --- The journal's side.
  bool produce(const Message& message) override {
    if (queue.size() >= queue_max) return false;
    Written written{message.seq, std::string(message.key), std::string(message.value), {}};
    for (const Header& header : message.headers) written.headers.emplace_back(header.name, header.value);
    queue.push_back(std::move(written));
    return true;
  }
  std::size_t reports(std::span<Report> out) override {
    std::size_t count = 0;
    for (; count < out.size() && !due.empty(); ++count) {
      out[count] = due.front();
      due.pop_front();
    }
    return count;
  }
  void read_back(const Place& released, std::uint64_t up_to) override {
    ++questions;
    asked = released;
    ReadBackRule rule(released, up_to, "ours", offsets_);
    bool decided = fail_read_backs > 0;
    if (fail_read_backs > 0) --fail_read_backs;
    for (auto at = static_cast<std::size_t>(released.offset); !decided && at < topic.size(); ++at) {
      decided = rule.read(heading(at));
    }
    answer_ = rule.answer();
  }
  std::optional<ReadBack> read_back_result() override { return std::exchange(answer_, std::nullopt); }
  std::string_view fatal_error() const override { return fatal; }

 private:
  HeadingParser parser_{""};
  std::vector<tape::Offset> offsets_;
  std::optional<ReadBack> answer_;
};

}  // namespace kafka::test
