// The tail of the log behind a checkpoint, read by the reader rule. First the record at the checkpoint is
// compared with what is remembered of it, to find out whether the topic is the wrong one, was truncated or
// was created anew; then come the records behind it, each with what the rule says of it.
//
//   find ─▶ next, next, next …
//
// Thread: one, which it blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "edge/kafka/reader.h"
#include "engine/start_ports.h"
#include "engine/tape/reader_rule.h"

namespace kafka {

class Tail final : public engine::LogTail {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// `type_prefix`: as the record at the checkpoint must have it.
  Tail(const Settings& settings, std::string type_prefix, engine::LogBegin begin);

  enum class Outcome : std::uint8_t {
    good,
    unreachable,  // exit 69
    wrong_topic,  // exit 65
  };
  static engine::Setback setback(Outcome outcome, std::string text) {
    using Kind = engine::Setback::Kind;
    return {outcome == Outcome::unreachable ? Kind::unreachable : Kind::do_not_belong_together,
            std::move(text)};
  }
  struct Judged {
    Outcome outcome = Outcome::good;
    std::string text;     // what is wrong, and what to do
    std::string warning;  // empty when there is none
    bool ours = false;    // good, and by a record of an engine: the topic is not just empty
  };
  /// Reads the record at the checkpoint, or without one the first there is.
  Judged judge(
      Deadline deadline, const std::function<bool()>& told_to_stop = [] { return false; });

  engine::Result<engine::Setback> find() override;

  engine::ReadStatus next(engine::Duration wait, ReadRecord& out, tape::Reading& reading) override;

  const tape::ReaderRule& rule() const { return rule_; }
  const std::string& opening() const override { return rule_.opening(); }
  std::string last_error() const override { return reader_.last_error(); }

 private:
  Judged hold(const ReadRecord& record);
  Judged gone();
  Judged lost_below(tape::Offset first) const;
  Judged late(const std::string& what) const;
  std::string topic() const { return "topic \"" + settings_.topic + "\""; }

  const Settings& settings_;
  const std::string type_prefix_;
  const engine::LogBegin begin_;
  Reader reader_;
  tape::ReaderRule rule_;
  ReadRecord first_;      // found, and to be handed out
  bool pending_ = false;  // it is
};

}  // namespace kafka
