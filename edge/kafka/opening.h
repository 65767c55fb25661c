// Opens the log at start-up (law 5): connects, creates the topic or checks it, checks the record at the
// checkpoint, produces EpochStarted and reads up to it. Its offset is the epoch.
//
//   connect ─▶ topic ─▶ record at the checkpoint ─▶ EpochStarted ─▶ read up to it
//
// Thread: main's, which it blocks: for at most settings.start_deadline without progress, and as long as
// reading up to the opening takes, or until it is told to stop. Before the workers run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "edge/kafka/producer.h"
#include "edge/kafka/tail.h"
#include "engine/codec/cloud_event.h"
#include "engine/start_ports.h"

namespace kafka {

struct Opening {
  using Outcome = Tail::Outcome;
  Outcome outcome = Outcome::unreachable;  // good: it is open
  std::string text;                        // what went wrong, and what to do
  std::vector<std::string> warnings;
  std::int64_t epoch = -1;  // the offset of our EpochStarted
};

/// `producer` is started; nothing else uses it yet.
Opening open_log(Producer& producer, const codec::CloudEvents& events, const std::string& engine_id,
                 const engine::StartLog::Request& request);

}  // namespace kafka
