#include "edge/kafka/start_log.h"

#include <utility>

#include "edge/kafka/opening.h"

namespace kafka {

StartLog::Opening StartLog::open(const Request& request) {
  using Kind = engine::Setback::Kind;
  if (const auto started = producer_.start(); !started.ok())
    return {.result = engine::Setback{Kind::wrong_setting, "kafka: " + started.error()}};
  kafka::Opening opened = open_log(producer_, events_, engine_id_, request);
  Opening opening{.result = {}, .warnings = std::move(opened.warnings), .epoch = opened.epoch};
  if (opened.outcome != Tail::Outcome::good)
    opening.result = Tail::setback(opened.outcome, std::move(opened.text));
  return opening;
}

std::unique_ptr<engine::LogTail> StartLog::tail(const engine::LogBegin& begin) {
  return std::make_unique<Tail>(settings_, events_.style().type_prefix, begin);
}

}  // namespace kafka
