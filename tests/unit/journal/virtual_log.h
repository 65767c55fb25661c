// A topic partition in memory behind engine::Log: the test says when a message is written, what strangers
// write in between, and what is reported when. Records are read back with the real parser and rule.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/codec/heading.h"
#include "engine/journal/read_back_rule.h"
#include "engine/ports.h"
#include "tests/catch.h"

namespace journal::test {

class VirtualLog final : public engine::Log {
 public:
  struct Written {
    std::uint64_t seq = 0;  // 0: not one of ours
    std::uint16_t generation = 0;
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
  tape::Offset first = 0;      // what lies below is trimmed
  std::deque<Written> queue;   // produced, not written
  std::deque<Report> due;      // what reports() gives next
  std::size_t queue_max = SIZE_MAX;
  std::string fatal;
  int fail_read_backs = 0;
  int questions = 0;
  Place asked;
  // A reopening takes what is in the queue away; by default its EpochStarted is written and read at once.
  enum class Fault : std::uint8_t { not_written, written_but_not_read };
  std::deque<Fault> reopen_faults;         // one for each try, in turn
  std::function<void()> before_opening;    // what still happens on the topic, once
  std::deque<Written> dropped;             // by the producers that were given up
  std::vector<engine::Time> reopen_tries;  // when
  std::string opening_id = "ours";         // of the epoch that is open

  tape::Offset write_next() { return write(queue); }
  /// Was on its way when its producer was given up, and arrives all the same.
  tape::Offset write_dropped() { return write(dropped); }
  void report_next(std::optional<tape::Offset> offset = {}) {
    const auto [generation, seq] = std::pair{queue.front().generation, queue.front().seq};
    const tape::Offset written = write_next();
    due.push_back({generation, seq, offset.value_or(written)});
  }
  void write_and_report_all() {
    while (!queue.empty()) report_next();
  }
  void stranger(std::string value) { topic.push_back({0, 0, "", std::move(value), {}}); }
  void opening(const std::string& id, const std::string& data = "{}") {
    stranger(R"({"specversion":"1.0","type":"EpochStarted","id":")" + id + R"(","data":)" + data + "}");
  }
  void trim() { first = static_cast<tape::Offset>(topic.size()); }
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
    if (!fatal.empty()) return false;
    Written written{
        message.seq, message.generation, std::string(message.key), std::string(message.value), {}};
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
    ReadBackRule rule({.released = released, .up_to = up_to, .opening_id = opening_id}, offsets_);
    if (fail_read_backs > 0) {
      --fail_read_backs;
    } else {
      read(released.offset, rule);
    }
    read_back_ = rule.answer();
  }
  std::optional<ReadBack> read_back_result() override { return std::exchange(read_back_, std::nullopt); }
  std::string_view fatal_error() const override { return fatal; }

  void reopen(const Place& released, engine::Time now) override {
    reopen_tries.push_back(now);
    for (; !queue.empty(); queue.pop_front()) dropped.push_back(std::move(queue.front()));
    fatal.clear();
    if (before_opening) std::exchange(before_opening, nullptr)();
    if (next_id_.empty()) next_id_ = "ours, reopened " + std::to_string(reopen_tries.size());
    std::optional<Fault> fault;
    if (!reopen_faults.empty()) {
      fault = reopen_faults.front();
      reopen_faults.pop_front();
    }
    if (fault != Fault::not_written) opening(next_id_, "{\"after\":" + std::to_string(released.epoch) + "}");
    ReadBackRule rule({.released = released, .opening_id = opening_id, .end_id = next_id_}, offsets_);
    if (!fault) read(released.offset, rule);
    reopened_ = rule.answer_at_end();
    if (reopened_->epoch >= 0) opening_id = std::exchange(next_id_, {});
  }
  std::optional<Reopened> reopen_result() override { return std::exchange(reopened_, std::nullopt); }

 private:
  tape::Offset write(std::deque<Written>& from) {
    topic.push_back(std::move(from.front()));
    from.pop_front();
    return static_cast<tape::Offset>(topic.size()) - 1;
  }
  void read(tape::Offset from, ReadBackRule& rule) {
    const auto end = static_cast<tape::Offset>(topic.size());
    if (from < first || from > end) {
      if (!rule.no_offset(first, end)) return;
      from = first;
    }
    while (from < end && !rule.read(heading(static_cast<std::size_t>(from)))) ++from;
  }

  codec::HeadingParser parser_;
  std::vector<tape::Offset> offsets_;
  std::string next_id_;  // of the reopening under way
  std::optional<ReadBack> read_back_;
  std::optional<Reopened> reopened_;
};

}  // namespace journal::test
