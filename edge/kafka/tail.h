// The tail of the log behind a checkpoint, read by the reader rule: first the record at the checkpoint is
// held against what is remembered of it, so that a wrong, truncated or recreated topic is told from ours;
// then come the records behind it, each with what the rule says of it.
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
#include "engine/ports.h"
#include "engine/tape/reader_rule.h"

namespace kafka {

/// A checkpoint as Redis remembers it; offset -1: none, the log is read from its beginning.
struct TailBegin {
  engine::Store::Checkpoint checkpoint{};
  std::string opening_id{};  // of the checkpoint's epoch, where it is known
};

class Tail {
 public:
  using Begin = TailBegin;
  using Record = ReadRecord;
  using ReadStatus = Reader::ReadStatus;
  using Deadline = std::chrono::steady_clock::time_point;

  /// `type_prefix`: as the record at the checkpoint must have it.
  Tail(const Settings& settings, std::string type_prefix, TailBegin begin);

  enum class Outcome : std::uint8_t {
    good,
    unreachable,  // exit 69
    wrong_topic,  // exit 65
  };
  struct Judged {
    Outcome outcome = Outcome::good;
    std::string text;     // what is wrong, and what to do
    std::string warning;  // empty when there is none
    bool ours = false;    // good, and by a record of an engine: the topic is not just empty
  };
  /// Reads the record at the checkpoint, or without one the first there is.
  Judged find(
      Deadline deadline, const std::function<bool()>& told_to_stop = [] { return false; });

  /// With ReadStatus::record, `reading` is what the rule says of it. Views live until the next call.
  ReadStatus next(engine::Duration wait, Record& out, tape::Reading& reading);

  const tape::ReaderRule& rule() const { return rule_; }
  std::string last_error() const { return reader_.last_error(); }

 private:
  Judged judge(const ReadRecord& record);
  Judged gone();
  Judged lost_below(tape::Offset first) const;
  Judged late(const std::string& what) const;
  std::string topic() const { return "topic \"" + settings_.topic + "\""; }

  const Settings& settings_;
  const std::string type_prefix_;
  const TailBegin begin_;
  Reader reader_;
  tape::ReaderRule rule_;
  ReadRecord first_;      // found, and to be handed out
  bool pending_ = false;  // it is
};

}  // namespace kafka
