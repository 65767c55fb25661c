// Opens the log at start-up (law 5): connects, creates the topic or checks it, checks the record at the
// checkpoint, produces EpochStarted and reads up to it. Its offset is the epoch.
//
//   connect ─▶ topic ─▶ record at the checkpoint ─▶ EpochStarted ─▶ read up to it, each valid record told
//
// Thread: main's, which it blocks, for at most settings.start_deadline plus a moment. Before the workers run.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/kafka/cloud_event.h"
#include "edge/kafka/producer.h"
#include "edge/kafka/reader.h"
#include "engine/ports.h"
#include "engine/time.h"

namespace kafka {

struct OpeningRequest {
  std::string opening_id{};  // a new UUID
  std::string engine_id{};
  engine::Store::Checkpoint checkpoint{};  // as Redis has it; offset -1: none yet
  engine::Time at{};
};

struct Opening {
  enum class Outcome : std::uint8_t {
    opened,
    unreachable,  // exit 69
    wrong_topic,  // exit 65
  };
  Outcome outcome = Outcome::unreachable;
  std::string text;  // what went wrong, and what to do
  std::vector<std::string> warnings;
  std::int64_t epoch = -1;          // the offset of our EpochStarted
  std::uint64_t valid_records = 0;  // orders' events between the checkpoint and the opening
};

/// Called for each valid record behind the checkpoint, in offset order: recovery folds them.
using ValidRecord = std::function<void(const ReadRecord&)>;

/// `producer` is started; nothing else uses it yet.
Opening open_log(Producer& producer, const CloudEvents& events, const OpeningRequest& request,
                 const ValidRecord& valid);

}  // namespace kafka
