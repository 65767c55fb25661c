// Reads the partition in offset order from a given place, and says of each record what the reader rule needs
// to know: structured and binary CloudEvents alike. Reads uncommitted, so that a stranger's open transaction
// holds nothing back; an offset that does not exist is an error, never silently another one.
//
// Thread: one, which it blocks: for opening the log, or the read-back's own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "edge/kafka/client.h"
#include "edge/kafka/settings.h"
#include "engine/codec/heading.h"
#include "engine/result.h"
#include "engine/start_ports.h"
#include "engine/tape/tape.h"

struct rd_kafka_message_s;

namespace kafka {

using ReadRecord = engine::LogRecord;

class Reader {
 public:
  explicit Reader(const Settings& settings);
  ~Reader();

  static constexpr tape::Offset beginning = -2;
  engine::Result<> start(tape::Offset from);

  using ReadStatus = engine::ReadStatus;
  ReadStatus next(engine::Duration wait, ReadRecord& out);

  /// The first offset that the partition still has, and the one that its next record will have; negative when
  /// they could not be learned in time.
  struct Bounds {
    tape::Offset first = -1, end = -1;
  };
  Bounds bounds(engine::Duration wait);
  std::string last_error() const { return client_.last_error(); }

 private:
  struct DestroyMessage {
    void operator()(rd_kafka_message_s* message) const;
  };

  const Settings& settings_;
  Client client_;
  std::unique_ptr<rd_kafka_topic_s, DestroyTopic> topic_;
  bool started_ = false;
  std::unique_ptr<rd_kafka_message_s, DestroyMessage> message_;
  std::vector<engine::Log::Header> headers_;
  codec::HeadingParser parser_;
};

}  // namespace kafka
