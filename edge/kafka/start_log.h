// The topic as a start asks for it: opens it with a producer of its own, which the journal takes over, and reads it.
// Thread: the life cycle's, which it blocks.
#pragma once

#include <memory>
#include <string>

#include "edge/kafka/producer.h"
#include "engine/codec/cloud_event.h"
#include "engine/start_ports.h"

namespace kafka {

class StartLog final : public engine::StartLog {
 public:
  StartLog(const Settings& settings, const codec::CloudEvents& events, std::string engine_id,
           runtime::Parker& journal, const runtime::WallClock& wall)
      : settings_(settings),
        events_(events),
        engine_id_(std::move(engine_id)),
        producer_(settings, journal, wall) {}

  Opening open(const Request& request) override;
  std::unique_ptr<engine::LogTail> tail(const engine::LogBegin& begin) override;

  /// Once it is open.
  Producer& producer() { return producer_; }

 private:
  const Settings& settings_;
  const codec::CloudEvents& events_;
  const std::string engine_id_;
  Producer producer_;
};

}  // namespace kafka
